-- CreateTable
CREATE TABLE "AzureDataSync" (
    "uuid" TEXT NOT NULL PRIMARY KEY,
    "groupUuid" TEXT NOT NULL,
    "process" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "completion" TEXT,
    "version" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "dueAt" DATETIME,
    "inputArgs" TEXT NOT NULL,
    "resultObject" TEXT NOT NULL,
    "pollingUuid" TEXT,
    "lastOperationStatus" TEXT,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "liveKey" TEXT NOT NULL,
    "naturalKey" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "subjectId" TEXT,
    "subjectName" TEXT,
    "scopeId" TEXT,
    "requestedBy" TEXT NOT NULL,
    "cancelRequestedAt" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "stateSince" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ObjectHistory" (
    "runUuid" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "operationType" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "submittedData" TEXT,
    "receivedData" TEXT,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "durationMs" INTEGER,
    "count" INTEGER,

    PRIMARY KEY ("runUuid", "id")
);

-- CreateTable
CREATE TABLE "Request" (
    "caller" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "bodyHash" TEXT NOT NULL,
    "groupUuid" TEXT NOT NULL,
    "items" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,

    PRIMARY KEY ("caller", "key")
);

-- CreateTable
CREATE TABLE "Lease" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "holder" TEXT NOT NULL,
    "expiresAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ResourceClosure" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "resource" TEXT NOT NULL,
    "errorCode" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "closedAt" DATETIME NOT NULL,
    "closedBy" TEXT NOT NULL,
    "reopenedAt" DATETIME,
    "reopenedBy" TEXT,
    "openKey" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "AuditLog" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "targetType" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "details" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "createdBy" TEXT NOT NULL,
    "expiresAt" DATETIME,
    "revokedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Person" (
    "personId" TEXT NOT NULL PRIMARY KEY,
    "firstName" TEXT NOT NULL,
    "middleName" TEXT,
    "lastName" TEXT NOT NULL,
    "birthDate" DATETIME NOT NULL,
    "publicEduNumber" TEXT,
    "azureId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "SysUser" (
    "sysUserId" TEXT NOT NULL PRIMARY KEY,
    "personId" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "isAzureUser" BOOLEAN NOT NULL,
    "isAzureSynced" BOOLEAN NOT NULL,
    "enrollmentStatus" TEXT NOT NULL,
    "runUuid" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "deletedOn" DATETIME,
    "liveUsername" TEXT NOT NULL,
    "livePersonId" TEXT NOT NULL,
    CONSTRAINT "SysUser_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person" ("personId") ON DELETE NO ACTION ON UPDATE NO ACTION
);

-- CreateTable
CREATE TABLE "SysRole" (
    "sysRoleId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "SysUserSysRole" (
    "sysUserId" TEXT NOT NULL,
    "sysRoleId" INTEGER NOT NULL,
    "institutionId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("sysUserId", "sysRoleId", "institutionId"),
    CONSTRAINT "SysUserSysRole_sysUserId_fkey" FOREIGN KEY ("sysUserId") REFERENCES "SysUser" ("sysUserId") ON DELETE NO ACTION ON UPDATE NO ACTION,
    CONSTRAINT "SysUserSysRole_sysRoleId_fkey" FOREIGN KEY ("sysRoleId") REFERENCES "SysRole" ("sysRoleId") ON DELETE NO ACTION ON UPDATE NO ACTION,
    CONSTRAINT "SysUserSysRole_institutionId_fkey" FOREIGN KEY ("institutionId") REFERENCES "Institution" ("institutionId") ON DELETE NO ACTION ON UPDATE NO ACTION
);

-- CreateTable
CREATE TABLE "Institution" (
    "institutionId" TEXT NOT NULL PRIMARY KEY,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "UsernameReservation" (
    "username" TEXT NOT NULL PRIMARY KEY,
    "personId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reservedAt" DATETIME NOT NULL,
    "ownerKey" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Credential" (
    "personId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sealedPassword" TEXT,
    "createdAt" DATETIME NOT NULL,
    "erasedAt" DATETIME,

    PRIMARY KEY ("personId", "kind")
);

-- CreateIndex
CREATE UNIQUE INDEX "AzureDataSync_liveKey_key" ON "AzureDataSync"("liveKey");

-- CreateIndex
CREATE INDEX "AzureDataSync_due_idx" ON "AzureDataSync"("dueAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_backlog_idx" ON "AzureDataSync"("status", "process", "state", "stateSince");

-- CreateIndex
CREATE INDEX "AzureDataSync_naturalKey_idx" ON "AzureDataSync"("naturalKey");

-- CreateIndex
CREATE INDEX "AzureDataSync_created_idx" ON "AzureDataSync"("createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_process_idx" ON "AzureDataSync"("process", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_state_idx" ON "AzureDataSync"("state", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_status_idx" ON "AzureDataSync"("status", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_group_idx" ON "AzureDataSync"("groupUuid", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_subject_idx" ON "AzureDataSync"("subjectId", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_subjectName_idx" ON "AzureDataSync"("subjectName", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_scope_idx" ON "AzureDataSync"("scopeId", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_error_idx" ON "AzureDataSync"("errorCode", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "Request_expiresAt_idx" ON "Request"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "ResourceClosure_openKey_key" ON "ResourceClosure"("openKey");

-- CreateIndex
CREATE INDEX "AuditLog_targetType_targetId_at_idx" ON "AuditLog"("targetType", "targetId", "at");

-- CreateIndex
CREATE INDEX "AuditLog_actor_at_idx" ON "AuditLog"("actor", "at");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_name_key" ON "ApiKey"("name");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "SysUser_liveUsername_key" ON "SysUser"("liveUsername");

-- CreateIndex
CREATE UNIQUE INDEX "SysUser_livePersonId_key" ON "SysUser"("livePersonId");

-- CreateIndex
CREATE INDEX "SysUser_personId_idx" ON "SysUser"("personId");

-- CreateIndex
CREATE INDEX "SysUser_enrollmentStatus_createdAt_idx" ON "SysUser"("enrollmentStatus", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "SysRole_name_key" ON "SysRole"("name");

-- CreateIndex
CREATE INDEX "SysUserSysRole_institutionId_idx" ON "SysUserSysRole"("institutionId");

-- CreateIndex
CREATE UNIQUE INDEX "UsernameReservation_ownerKey_key" ON "UsernameReservation"("ownerKey");

-- CreateIndex
CREATE INDEX "UsernameReservation_personId_kind_idx" ON "UsernameReservation"("personId", "kind");

-- CreateIndex
CREATE INDEX "Credential_createdAt_idx" ON "Credential"("createdAt");
