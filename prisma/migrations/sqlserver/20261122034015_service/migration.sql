BEGIN TRY

BEGIN TRAN;

-- DropIndex
DROP INDEX [Credential_createdAt_idx] ON [dbo].[Credential];

-- AlterTable
ALTER TABLE [dbo].[UsernameReservation] ADD [unfinishedSince] DATETIME2 NULL;

-- AlterTable
ALTER TABLE [dbo].[Credential] ADD [erasedBecause] NVARCHAR(16) NULL;

-- AlterTable
ALTER TABLE [dbo].[Credential] ADD [collectedBy] NVARCHAR(100) NULL;

-- CreateTable
CREATE TABLE [dbo].[AzureDataSyncArchived] (
    [uuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [groupUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [process] NVARCHAR(60) NOT NULL,
    [type] NVARCHAR(60) NOT NULL,
    [state] NVARCHAR(60) NOT NULL,
    [status] NVARCHAR(16) NOT NULL,
    [completion] NVARCHAR(8) NULL,
    [version] INT NOT NULL,
    [attempt] INT NOT NULL,
    [inputArgs] NVARCHAR(MAX) NOT NULL,
    [resultObject] NVARCHAR(MAX) NOT NULL,
    [pollingUuid] NVARCHAR(100) NULL,
    [lastOperationStatus] NVARCHAR(16) NULL,
    [errorCode] NVARCHAR(60) NULL,
    [errorMessage] NVARCHAR(1000) NULL,
    [naturalKey] NVARCHAR(200) NOT NULL,
    [priority] INT NOT NULL,
    [subjectId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    [subjectName] NVARCHAR(610) NULL,
    [scopeId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    [requestedBy] NVARCHAR(100) NOT NULL,
    [cancelRequestedAt] DATETIME2 NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    [stateSince] DATETIME2 NOT NULL,
    [archivedAt] DATETIME2 NOT NULL,
    CONSTRAINT [AzureDataSyncArchived_pkey] PRIMARY KEY CLUSTERED ([uuid])
);

-- CreateTable
CREATE TABLE [dbo].[ObjectHistoryArchived] (
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
    CONSTRAINT [ObjectHistoryArchived_pkey] PRIMARY KEY CLUSTERED ([runUuid],[id])
);

-- CreateTable
CREATE TABLE [dbo].[Import] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [requestedBy] NVARCHAR(100) NOT NULL,
    [columns] NVARCHAR(MAX) NOT NULL,
    [rowCount] INT NOT NULL,
    [invalidCount] INT NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [acceptedAt] DATETIME2 NULL,
    [erasedAt] DATETIME2 NULL,
    CONSTRAINT [Import_pkey] PRIMARY KEY CLUSTERED ([id])
);

-- CreateTable
CREATE TABLE [dbo].[ImportRow] (
    [importId] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [rowNumber] INT NOT NULL,
    [outcome] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [cells] NVARCHAR(MAX) NULL,
    [errors] NVARCHAR(MAX) NULL,
    [errorCode] NVARCHAR(60) NULL,
    [personId] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NULL,
    [scopeId] NVARCHAR(64) NULL,
    [runUuid] NVARCHAR(36) NULL,
    CONSTRAINT [ImportRow_pkey] PRIMARY KEY CLUSTERED ([importId],[rowNumber])
);

-- CreateTable
CREATE TABLE [dbo].[CohortItem] (
    [cohortUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [runUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [outcome] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [errorCode] NVARCHAR(60) NULL,
    [detail] NVARCHAR(1000) NULL,
    [at] DATETIME2 NULL,
    CONSTRAINT [CohortItem_pkey] PRIMARY KEY CLUSTERED ([cohortUuid],[runUuid])
);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_scopeStatus_idx] ON [dbo].[AzureDataSync]([scopeId],[status]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [ObjectHistory_createdAt_id_idx] ON [dbo].[ObjectHistory]([createdAt],[id]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSyncArchived_subject_idx] ON [dbo].[AzureDataSyncArchived]([subjectId],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSyncArchived_scope_idx] ON [dbo].[AzureDataSyncArchived]([scopeId],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSyncArchived_group_idx] ON [dbo].[AzureDataSyncArchived]([groupUuid],[createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSyncArchived_created_idx] ON [dbo].[AzureDataSyncArchived]([createdAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSyncArchived_archived_idx] ON [dbo].[AzureDataSyncArchived]([archivedAt],[uuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Import_acceptedAt_createdAt_idx] ON [dbo].[Import]([acceptedAt],[createdAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Import_erasedAt_acceptedAt_idx] ON [dbo].[Import]([erasedAt],[acceptedAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Import_createdAt_id_idx] ON [dbo].[Import]([createdAt],[id]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [ImportRow_importId_outcome_rowNumber_idx] ON [dbo].[ImportRow]([importId],[outcome],[rowNumber]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [ImportRow_personId_idx] ON [dbo].[ImportRow]([personId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [CohortItem_cohortUuid_outcome_runUuid_idx] ON [dbo].[CohortItem]([cohortUuid],[outcome],[runUuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Credential_erasedAt_createdAt_personId_kind_idx] ON [dbo].[Credential]([erasedAt],[createdAt],[personId],[kind]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [UsernameReservation_unfinishedSince_username_idx] ON [dbo].[UsernameReservation]([unfinishedSince],[username]);

-- What was reserved before this column waits for its account unless the person has a user of that name. In milliseconds, as pages of the list go on
-- from them. A batch of its own: the column is new.
EXEC(N'UPDATE [dbo].[UsernameReservation] SET [unfinishedSince] = CAST([reservedAt] AS DATETIME2(3)) WHERE [ownerKey] <> [username] AND NOT EXISTS (SELECT 1 FROM [dbo].[SysUser] AS u WHERE u.[personId] = [UsernameReservation].[personId] AND u.[username] = [UsernameReservation].[username])');

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
