-- The roles of the national register, with its numbers.
INSERT INTO "SysRole" ("sysRoleId", "name", "description") VALUES
    (0, 'INSTITUTION', 'A school or kindergarten, acting through its technical person'),
    (1, 'MON_ADMIN', 'Administrator at the ministry'),
    (2, 'RUO', 'Regional department of education'),
    (3, 'MUNICIPALITY', 'Municipality'),
    (4, 'BUDGETING_INSTITUTION', 'Institution that funds others'),
    (5, 'TEACHER', 'Teacher at an institution'),
    (6, 'STUDENT', 'Student of an institution'),
    (7, 'PARENT', 'Parent of a student'),
    (8, 'CLASS_TEACHER', 'Teacher in charge of a class'),
    (9, 'RUO_EXPERT', 'Expert at a regional department'),
    (10, 'CIOO', 'Centre for information on education'),
    (11, 'EXTERNAL_EXPERT', 'Expert from outside the ministry'),
    (12, 'MON_EXPERT', 'Expert at the ministry'),
    (13, 'MON_USER_ADMIN', 'Administrator of users at the ministry'),
    (18, 'CONSORTIUM_HELPDESK', 'Help desk of the consortium'),
    (20, 'ACCOUNTANT', 'Accountant of one or more institutions'),
    (22, 'VU_TEACHER', 'Teacher of vocational training');
