BEGIN TRY

BEGIN TRAN;

-- CreateTable
CREATE TABLE [dbo].[AzureDataSync] (
    [uuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [groupUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [process] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [type] NVARCHAR(60) NOT NULL,
    [state] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [status] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [completion] NVARCHAR(8) NULL,
    [version] INT NOT NULL,
    [attempt] INT NOT NULL,
    [dueAt] DATETIME2 NULL,
    [inputArgs] NVARCHAR(MAX) NOT NULL,
    [resultObject] NVARCHAR(MAX) NOT NULL,
    [pollingUuid] NVARCHAR(100) NULL,
    [lastOperationStatus] NVARCHAR(16) NULL,
    [errorCode] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NULL,
    [errorMessage] NVARCHAR(1000) NULL,
    [liveKey] NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [naturalKey] NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [priority] INT NOT NULL,
    [subjectId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    [subjectName] NVARCHAR(610) COLLATE Latin1_General_100_BIN2 NULL,
    [scopeId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    [requestedBy] NVARCHAR(100) NOT NULL,
    [cancelRequestedAt] DATETIME2 NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    [stateSince] DATETIME2 NOT NULL,
    CONSTRAINT [AzureDataSync_pkey] PRIMARY KEY CLUSTERED ([uuid]),
    CONSTRAINT [AzureDataSync_liveKey_key] UNIQUE NONCLUSTERED ([liveKey])
);

-- CreateTable
CREATE TABLE [dbo].[ObjectHistory] (
    [runUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [operationType] NVARCHAR(100) NOT NULL,
    [status] NVARCHAR(16) NOT NULL,
    [state] NVARCHAR(60) NOT NULL,
    [version] INT NOT NULL,
    [attempt] INT NOT NULL,
    [submittedData] NVARCHAR(MAX) NULL,
    [receivedData] NVARCHAR(MAX) NULL,
    [errorCode] NVARCHAR(60) NULL,
    [errorMessage] NVARCHAR(1000) NULL,
    [durationMs] INT NULL,
    [count] INT NULL,
    CONSTRAINT [ObjectHistory_pkey] PRIMARY KEY CLUSTERED ([runUuid],[id])
);

-- CreateTable
CREATE TABLE [dbo].[Request] (
    [caller] NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [key] NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [bodyHash] NVARCHAR(64) NOT NULL,
    [groupUuid] NVARCHAR(36) NOT NULL,
    [items] NVARCHAR(MAX) NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [expiresAt] DATETIME2 NOT NULL,
    CONSTRAINT [Request_pkey] PRIMARY KEY CLUSTERED ([caller],[key])
);

-- CreateTable
CREATE TABLE [dbo].[Lease] (
    [name] NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [holder] NVARCHAR(100) NOT NULL,
    [expiresAt] DATETIME2 NOT NULL,
    CONSTRAINT [Lease_pkey] PRIMARY KEY CLUSTERED ([name])
);

-- CreateTable
CREATE TABLE [dbo].[ResourceClosure] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [resource] NVARCHAR(60) NOT NULL,
    [errorCode] NVARCHAR(60) NOT NULL,
    [cause] NVARCHAR(1000) NOT NULL,
    [closedAt] DATETIME2 NOT NULL,
    [closedBy] NVARCHAR(100) NOT NULL,
    [reopenedAt] DATETIME2 NULL,
    [reopenedBy] NVARCHAR(100) NULL,
    [openKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [ResourceClosure_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [ResourceClosure_openKey_key] UNIQUE NONCLUSTERED ([openKey])
);

-- CreateTable
CREATE TABLE [dbo].[AuditLog] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [at] DATETIME2 NOT NULL,
    [actor] NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [action] NVARCHAR(60) NOT NULL,
    [targetType] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [targetId] NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [reason] NVARCHAR(500) NOT NULL,
    [details] NVARCHAR(MAX) NOT NULL,
    CONSTRAINT [AuditLog_pkey] PRIMARY KEY CLUSTERED ([id])
);

-- CreateTable
CREATE TABLE [dbo].[ApiKey] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [name] NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [hash] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [role] NVARCHAR(20) NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [createdBy] NVARCHAR(100) NOT NULL,
    [expiresAt] DATETIME2 NULL,
    [revokedAt] DATETIME2 NULL,
    CONSTRAINT [ApiKey_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [ApiKey_name_key] UNIQUE NONCLUSTERED ([name]),
    CONSTRAINT [ApiKey_hash_key] UNIQUE NONCLUSTERED ([hash])
);

-- CreateTable
CREATE TABLE [dbo].[Person] (
    [personId] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [firstName] NVARCHAR(200) NOT NULL,
    [middleName] NVARCHAR(200) NULL,
    [lastName] NVARCHAR(200) NOT NULL,
    [birthDate] DATE NOT NULL,
    [publicEduNumber] NVARCHAR(100) NULL,
    [azureId] NVARCHAR(64) NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    CONSTRAINT [Person_pkey] PRIMARY KEY CLUSTERED ([personId])
);

-- CreateTable
CREATE TABLE [dbo].[SysUser] (
    [sysUserId] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [personId] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [username] NVARCHAR(100) NOT NULL,
    [isAzureUser] BIT NOT NULL,
    [isAzureSynced] BIT NOT NULL,
    [enrollmentStatus] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [runUuid] NVARCHAR(36) NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    [deletedOn] DATETIME2 NULL,
    [liveUsername] NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [livePersonId] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [SysUser_pkey] PRIMARY KEY CLUSTERED ([sysUserId]),
    CONSTRAINT [SysUser_liveUsername_key] UNIQUE NONCLUSTERED ([liveUsername]),
    CONSTRAINT [SysUser_livePersonId_key] UNIQUE NONCLUSTERED ([livePersonId])
);

-- CreateTable
CREATE TABLE [dbo].[SysRole] (
    [sysRoleId] INT NOT NULL,
    [name] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [description] NVARCHAR(200) NOT NULL,
    CONSTRAINT [SysRole_pkey] PRIMARY KEY CLUSTERED ([sysRoleId]),
    CONSTRAINT [SysRole_name_key] UNIQUE NONCLUSTERED ([name])
);

-- CreateTable
CREATE TABLE [dbo].[SysUserSysRole] (
    [sysUserId] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [sysRoleId] INT NOT NULL,
    [institutionId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    CONSTRAINT [SysUserSysRole_pkey] PRIMARY KEY CLUSTERED ([sysUserId],[sysRoleId],[institutionId])
);

-- CreateTable
CREATE TABLE [dbo].[Institution] (
    [institutionId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    CONSTRAINT [Institution_pkey] PRIMARY KEY CLUSTERED ([institutionId])
);

-- CreateTable
CREATE TABLE [dbo].[UsernameReservation] (
    [username] NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [personId] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [reservedAt] DATETIME2 NOT NULL,
    [ownerKey] NVARCHAR(120) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [UsernameReservation_pkey] PRIMARY KEY CLUSTERED ([username]),
    CONSTRAINT [UsernameReservation_ownerKey_key] UNIQUE NONCLUSTERED ([ownerKey])
);

-- CreateTable
CREATE TABLE [dbo].[Credential] (
    [personId] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [sealedPassword] NVARCHAR(500) NULL,
    [createdAt] DATETIME2 NOT NULL,
    [erasedAt] DATETIME2 NULL,
    CONSTRAINT [Credential_pkey] PRIMARY KEY CLUSTERED ([personId],[kind])
);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_due_idx] ON [dbo].[AzureDataSync]([dueAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_backlog_idx] ON [dbo].[AzureDataSync]([status],[process],[state],[stateSince]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_naturalKey_idx] ON [dbo].[AzureDataSync]([naturalKey]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_created_idx] ON [dbo].[AzureDataSync]([createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_process_idx] ON [dbo].[AzureDataSync]([process],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_state_idx] ON [dbo].[AzureDataSync]([state],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_status_idx] ON [dbo].[AzureDataSync]([status],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_group_idx] ON [dbo].[AzureDataSync]([groupUuid],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_subject_idx] ON [dbo].[AzureDataSync]([subjectId],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_subjectName_idx] ON [dbo].[AzureDataSync]([subjectName],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_scope_idx] ON [dbo].[AzureDataSync]([scopeId],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_error_idx] ON [dbo].[AzureDataSync]([errorCode],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Request_expiresAt_idx] ON [dbo].[Request]([expiresAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AuditLog_targetType_targetId_at_idx] ON [dbo].[AuditLog]([targetType],[targetId],[at]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AuditLog_actor_at_idx] ON [dbo].[AuditLog]([actor],[at]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [SysUser_personId_idx] ON [dbo].[SysUser]([personId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [SysUser_enrollmentStatus_createdAt_idx] ON [dbo].[SysUser]([enrollmentStatus],[createdAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [SysUserSysRole_institutionId_idx] ON [dbo].[SysUserSysRole]([institutionId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [UsernameReservation_personId_kind_idx] ON [dbo].[UsernameReservation]([personId],[kind]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Credential_createdAt_idx] ON [dbo].[Credential]([createdAt]);

-- AddForeignKey
ALTER TABLE [dbo].[SysUser] ADD CONSTRAINT [SysUser_personId_fkey] FOREIGN KEY ([personId]) REFERENCES [dbo].[Person]([personId]) ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE [dbo].[SysUserSysRole] ADD CONSTRAINT [SysUserSysRole_sysUserId_fkey] FOREIGN KEY ([sysUserId]) REFERENCES [dbo].[SysUser]([sysUserId]) ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE [dbo].[SysUserSysRole] ADD CONSTRAINT [SysUserSysRole_sysRoleId_fkey] FOREIGN KEY ([sysRoleId]) REFERENCES [dbo].[SysRole]([sysRoleId]) ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE [dbo].[SysUserSysRole] ADD CONSTRAINT [SysUserSysRole_institutionId_fkey] FOREIGN KEY ([institutionId]) REFERENCES [dbo].[Institution]([institutionId]) ON DELETE NO ACTION ON UPDATE NO ACTION;

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
