BEGIN TRY

BEGIN TRAN;

-- The roles of the national register, with its numbers.
INSERT INTO [dbo].[SysRole] ([sysRoleId], [name], [description]) VALUES
    (0, N'INSTITUTION', N'A school or kindergarten, acting through its technical person'),
    (1, N'MON_ADMIN', N'Administrator at the ministry'),
    (2, N'RUO', N'Regional department of education'),
    (3, N'MUNICIPALITY', N'Municipality'),
    (4, N'BUDGETING_INSTITUTION', N'Institution that funds others'),
    (5, N'TEACHER', N'Teacher at an institution'),
    (6, N'STUDENT', N'Student of an institution'),
    (7, N'PARENT', N'Parent of a student'),
    (8, N'CLASS_TEACHER', N'Teacher in charge of a class'),
    (9, N'RUO_EXPERT', N'Expert at a regional department'),
    (10, N'CIOO', N'Centre for information on education'),
    (11, N'EXTERNAL_EXPERT', N'Expert from outside the ministry'),
    (12, N'MON_EXPERT', N'Expert at the ministry'),
    (13, N'MON_USER_ADMIN', N'Administrator of users at the ministry'),
    (18, N'CONSORTIUM_HELPDESK', N'Help desk of the consortium'),
    (20, N'ACCOUNTANT', N'Accountant of one or more institutions'),
    (22, N'VU_TEACHER', N'Teacher of vocational training');

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
