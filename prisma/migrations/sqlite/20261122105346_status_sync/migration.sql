-- CreateTable
CREATE TABLE "RunSignal" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runUuid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "senderKey" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "sentBy" TEXT NOT NULL,
    "sentAt" DATETIME NOT NULL,
    "stay" INTEGER,
    "takenBy" INTEGER
);

-- CreateTable
CREATE TABLE "Schedule" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "version" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "settings" TEXT NOT NULL,
    "nextDueAt" DATETIME,
    "skippedInRow" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "updatedBy" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "ScheduleTick" (
    "schedule" TEXT NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "firedAt" DATETIME NOT NULL,
    "outcome" TEXT NOT NULL,
    "runUuid" TEXT NOT NULL,
    "missed" INTEGER NOT NULL,

    PRIMARY KEY ("schedule", "dueAt")
);

-- CreateTable
CREATE TABLE "OrganisationAccount" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "type" TEXT NOT NULL,
    "email" TEXT,
    "organizationName" TEXT,
    "accountStatus" TEXT NOT NULL,
    "organizationStatus" TEXT,
    "registrationNumber" TEXT,
    "numberKey" TEXT NOT NULL,
    "statusSource" TEXT NOT NULL,
    "statusReason" TEXT NOT NULL,
    "statusChangedAt" DATETIME NOT NULL,
    "statusVersion" INTEGER NOT NULL,
    "registrationId" TEXT,
    "registrationVersion" INTEGER,
    "lastSyncAt" DATETIME,
    "azureId" TEXT,
    "sessionsValidFrom" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "SyncRun" (
    "runUuid" TEXT NOT NULL PRIMARY KEY,
    "job" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "dryRun" BOOLEAN NOT NULL,
    "config" TEXT NOT NULL,
    "batches" INTEGER NOT NULL,
    "decidedThrough" TEXT,
    "counters" TEXT NOT NULL,
    "pauseAskedBy" TEXT,
    "startedAt" DATETIME NOT NULL,
    "heartbeatAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "SyncItem" (
    "runUuid" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "reasonCode" TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT,
    "registration" TEXT,
    "outcome" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "errorCode" TEXT,
    "decidedAt" DATETIME NOT NULL,
    "settledAt" DATETIME,

    PRIMARY KEY ("runUuid", "userId")
);

-- CreateTable
CREATE TABLE "Registration" (
    "registrationId" TEXT NOT NULL PRIMARY KEY,
    "registrationNumber" TEXT,
    "userId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "organizationName" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "RegistrationEvent" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "registrationId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextTryAt" DATETIME,
    "deliveredAt" DATETIME,
    "lastError" TEXT
);

-- CreateTable
CREATE TABLE "Alert" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "rule" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "value" REAL NOT NULL,
    "threshold" REAL NOT NULL,
    "summary" TEXT NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "firedAt" DATETIME,
    "resolvedAt" DATETIME,
    "openKey" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "RunSignal_runUuid_name_takenBy_id_idx" ON "RunSignal"("runUuid", "name", "takenBy", "id");

-- CreateIndex
CREATE UNIQUE INDEX "RunSignal_runUuid_name_senderKey_key" ON "RunSignal"("runUuid", "name", "senderKey");

-- CreateIndex
CREATE INDEX "ScheduleTick_firedAt_idx" ON "ScheduleTick"("firedAt");

-- CreateIndex
CREATE UNIQUE INDEX "OrganisationAccount_numberKey_key" ON "OrganisationAccount"("numberKey");

-- CreateIndex
CREATE INDEX "OrganisationAccount_type_registrationNumber_userId_idx" ON "OrganisationAccount"("type", "registrationNumber", "userId");

-- CreateIndex
CREATE INDEX "OrganisationAccount_accountStatus_createdAt_userId_idx" ON "OrganisationAccount"("accountStatus", "createdAt", "userId");

-- CreateIndex
CREATE INDEX "OrganisationAccount_statusSource_accountStatus_statusChangedAt_idx" ON "OrganisationAccount"("statusSource", "accountStatus", "statusChangedAt");

-- CreateIndex
CREATE INDEX "OrganisationAccount_lastSyncAt_userId_idx" ON "OrganisationAccount"("lastSyncAt", "userId");

-- CreateIndex
CREATE INDEX "SyncRun_job_startedAt_runUuid_idx" ON "SyncRun"("job", "startedAt", "runUuid");

-- CreateIndex
CREATE INDEX "SyncItem_runUuid_outcome_userId_idx" ON "SyncItem"("runUuid", "outcome", "userId");

-- CreateIndex
CREATE INDEX "SyncItem_userId_decidedAt_idx" ON "SyncItem"("userId", "decidedAt");

-- CreateIndex
CREATE INDEX "Registration_registrationNumber_idx" ON "Registration"("registrationNumber");

-- CreateIndex
CREATE INDEX "Registration_userId_idx" ON "Registration"("userId");

-- CreateIndex
CREATE INDEX "RegistrationEvent_nextTryAt_id_idx" ON "RegistrationEvent"("nextTryAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "RegistrationEvent_registrationId_version_key" ON "RegistrationEvent"("registrationId", "version");

-- CreateIndex
CREATE UNIQUE INDEX "Alert_openKey_key" ON "Alert"("openKey");

-- CreateIndex
CREATE INDEX "Alert_resolvedAt_startedAt_idx" ON "Alert"("resolvedAt", "startedAt");

-- CreateIndex
CREATE INDEX "Alert_startedAt_id_idx" ON "Alert"("startedAt", "id");
