BEGIN TRY

BEGIN TRAN;

-- CreateTable
CREATE TABLE [dbo].[RunSignal] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [runUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [name] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [senderKey] NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [outcome] NVARCHAR(60) NOT NULL,
    [payload] NVARCHAR(MAX) NOT NULL,
    [sentBy] NVARCHAR(100) NOT NULL,
    [sentAt] DATETIME2 NOT NULL,
    [stay] INT NULL,
    [takenBy] INT NULL,
    CONSTRAINT [RunSignal_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [RunSignal_runUuid_name_senderKey_key] UNIQUE NONCLUSTERED ([runUuid],[name],[senderKey])
);

-- CreateTable
CREATE TABLE [dbo].[Schedule] (
    [name] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [version] INT NOT NULL,
    [enabled] BIT NOT NULL,
    [settings] NVARCHAR(MAX) NOT NULL,
    [nextDueAt] DATETIME2 NULL,
    [skippedInRow] INT NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    [updatedBy] NVARCHAR(100) NOT NULL,
    CONSTRAINT [Schedule_pkey] PRIMARY KEY CLUSTERED ([name])
);

-- CreateTable
CREATE TABLE [dbo].[ScheduleTick] (
    [schedule] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [dueAt] DATETIME2 NOT NULL,
    [firedAt] DATETIME2 NOT NULL,
    [outcome] NVARCHAR(16) NOT NULL,
    [runUuid] NVARCHAR(36) NOT NULL,
    [missed] INT NOT NULL,
    CONSTRAINT [ScheduleTick_pkey] PRIMARY KEY CLUSTERED ([schedule],[dueAt])
);

-- CreateTable
CREATE TABLE [dbo].[OrganisationAccount] (
    [userId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [type] NVARCHAR(20) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [email] NVARCHAR(254) NULL,
    [organizationName] NVARCHAR(300) NULL,
    [accountStatus] NVARCHAR(24) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [organizationStatus] NVARCHAR(40) NULL,
    [registrationNumber] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    [numberKey] NVARCHAR(70) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [statusSource] NVARCHAR(20) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [statusReason] NVARCHAR(500) NOT NULL,
    [statusChangedAt] DATETIME2 NOT NULL,
    [statusVersion] INT NOT NULL,
    [registrationId] NVARCHAR(36) NULL,
    [registrationVersion] INT NULL,
    [lastSyncAt] DATETIME2 NULL,
    [azureId] NVARCHAR(64) NULL,
    [sessionsValidFrom] DATETIME2 NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    CONSTRAINT [OrganisationAccount_pkey] PRIMARY KEY CLUSTERED ([userId]),
    CONSTRAINT [OrganisationAccount_numberKey_key] UNIQUE NONCLUSTERED ([numberKey])
);

-- CreateTable
CREATE TABLE [dbo].[SyncRun] (
    [runUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [job] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [trigger] NVARCHAR(16) NOT NULL,
    [dryRun] BIT NOT NULL,
    [config] NVARCHAR(MAX) NOT NULL,
    [batches] INT NOT NULL,
    [decidedThrough] NVARCHAR(64) NULL,
    [counters] NVARCHAR(MAX) NOT NULL,
    [pauseAskedBy] NVARCHAR(100) NULL,
    [startedAt] DATETIME2 NOT NULL,
    [heartbeatAt] DATETIME2 NOT NULL,
    CONSTRAINT [SyncRun_pkey] PRIMARY KEY CLUSTERED ([runUuid])
);

-- CreateTable
CREATE TABLE [dbo].[SyncItem] (
    [runUuid] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [userId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [action] NVARCHAR(16) NOT NULL,
    [reasonCode] NVARCHAR(60) NOT NULL,
    [before] NVARCHAR(MAX) NOT NULL,
    [after] NVARCHAR(MAX) NULL,
    [registration] NVARCHAR(MAX) NULL,
    [outcome] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [attempt] INT NOT NULL,
    [errorCode] NVARCHAR(60) NULL,
    [decidedAt] DATETIME2 NOT NULL,
    [settledAt] DATETIME2 NULL,
    CONSTRAINT [SyncItem_pkey] PRIMARY KEY CLUSTERED ([runUuid],[userId])
);

-- CreateTable
CREATE TABLE [dbo].[Registration] (
    [registrationId] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [registrationNumber] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    [userId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [status] NVARCHAR(40) NOT NULL,
    [organizationName] NVARCHAR(300) NOT NULL,
    [version] INT NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [updatedAt] DATETIME2 NOT NULL,
    CONSTRAINT [Registration_pkey] PRIMARY KEY CLUSTERED ([registrationId])
);

-- CreateTable
CREATE TABLE [dbo].[RegistrationEvent] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [registrationId] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [version] INT NOT NULL,
    [body] NVARCHAR(MAX) NOT NULL,
    [createdAt] DATETIME2 NOT NULL,
    [attempts] INT NOT NULL,
    [nextTryAt] DATETIME2 NULL,
    [deliveredAt] DATETIME2 NULL,
    [lastError] NVARCHAR(200) NULL,
    CONSTRAINT [RegistrationEvent_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [RegistrationEvent_registrationId_version_key] UNIQUE NONCLUSTERED ([registrationId],[version])
);

-- CreateTable
CREATE TABLE [dbo].[Alert] (
    [id] NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [rule] NVARCHAR(60) NOT NULL,
    [subject] NVARCHAR(100) NOT NULL,
    [severity] NVARCHAR(16) NOT NULL,
    [value] FLOAT NOT NULL,
    [threshold] FLOAT NOT NULL,
    [summary] NVARCHAR(500) NOT NULL,
    [startedAt] DATETIME2 NOT NULL,
    [lastSeenAt] DATETIME2 NOT NULL,
    [firedAt] DATETIME2 NULL,
    [resolvedAt] DATETIME2 NULL,
    [openKey] NVARCHAR(170) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT [Alert_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [Alert_openKey_key] UNIQUE NONCLUSTERED ([openKey])
);

-- CreateIndex
CREATE NONCLUSTERED INDEX [RunSignal_runUuid_name_takenBy_id_idx] ON [dbo].[RunSignal]([runUuid],[name],[takenBy],[id]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [ScheduleTick_firedAt_idx] ON [dbo].[ScheduleTick]([firedAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [OrganisationAccount_type_registrationNumber_userId_idx] ON [dbo].[OrganisationAccount]([type],[registrationNumber],[userId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [OrganisationAccount_accountStatus_createdAt_userId_idx] ON [dbo].[OrganisationAccount]([accountStatus],[createdAt],[userId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [OrganisationAccount_statusSource_accountStatus_statusChangedAt_idx] ON [dbo].[OrganisationAccount]([statusSource],[accountStatus],[statusChangedAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [OrganisationAccount_lastSyncAt_userId_idx] ON [dbo].[OrganisationAccount]([lastSyncAt],[userId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [SyncRun_job_startedAt_runUuid_idx] ON [dbo].[SyncRun]([job],[startedAt],[runUuid]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [SyncItem_runUuid_outcome_userId_idx] ON [dbo].[SyncItem]([runUuid],[outcome],[userId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [SyncItem_userId_decidedAt_idx] ON [dbo].[SyncItem]([userId],[decidedAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Registration_registrationNumber_idx] ON [dbo].[Registration]([registrationNumber]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Registration_userId_idx] ON [dbo].[Registration]([userId]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [RegistrationEvent_nextTryAt_id_idx] ON [dbo].[RegistrationEvent]([nextTryAt],[id]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Alert_resolvedAt_startedAt_idx] ON [dbo].[Alert]([resolvedAt],[startedAt]);

-- CreateIndex
CREATE NONCLUSTERED INDEX [Alert_startedAt_id_idx] ON [dbo].[Alert]([startedAt],[id]);

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
