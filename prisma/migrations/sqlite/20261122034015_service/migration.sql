-- DropIndex
DROP INDEX "Credential_createdAt_idx";

-- AlterTable
ALTER TABLE "Credential" ADD COLUMN "collectedBy" TEXT;
ALTER TABLE "Credential" ADD COLUMN "erasedBecause" TEXT;

-- AlterTable
ALTER TABLE "UsernameReservation" ADD COLUMN "unfinishedSince" DATETIME;

-- CreateTable
CREATE TABLE "AzureDataSyncArchived" (
    "uuid" TEXT NOT NULL PRIMARY KEY,
    "groupUuid" TEXT NOT NULL,
    "process" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "completion" TEXT,
    "version" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "inputArgs" TEXT NOT NULL,
    "resultObject" TEXT NOT NULL,
    "pollingUuid" TEXT,
    "lastOperationStatus" TEXT,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "naturalKey" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "subjectId" TEXT,
    "subjectName" TEXT,
    "scopeId" TEXT,
    "requestedBy" TEXT NOT NULL,
    "cancelRequestedAt" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "stateSince" DATETIME NOT NULL,
    "archivedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ObjectHistoryArchived" (
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
CREATE TABLE "Import" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "requestedBy" TEXT NOT NULL,
    "columns" TEXT NOT NULL,
    "rowCount" INTEGER NOT NULL,
    "invalidCount" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "acceptedAt" DATETIME,
    "erasedAt" DATETIME
);

-- CreateTable
CREATE TABLE "ImportRow" (
    "importId" TEXT NOT NULL,
    "rowNumber" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "cells" TEXT,
    "errors" TEXT,
    "errorCode" TEXT,
    "personId" TEXT,
    "scopeId" TEXT,
    "runUuid" TEXT,

    PRIMARY KEY ("importId", "rowNumber")
);

-- CreateTable
CREATE TABLE "CohortItem" (
    "cohortUuid" TEXT NOT NULL,
    "runUuid" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "errorCode" TEXT,
    "detail" TEXT,
    "at" DATETIME,

    PRIMARY KEY ("cohortUuid", "runUuid")
);

-- CreateIndex
CREATE INDEX "AzureDataSyncArchived_subject_idx" ON "AzureDataSyncArchived"("subjectId", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSyncArchived_scope_idx" ON "AzureDataSyncArchived"("scopeId", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSyncArchived_group_idx" ON "AzureDataSyncArchived"("groupUuid", "createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSyncArchived_created_idx" ON "AzureDataSyncArchived"("createdAt", "uuid");

-- CreateIndex
CREATE INDEX "AzureDataSyncArchived_archived_idx" ON "AzureDataSyncArchived"("archivedAt", "uuid");

-- CreateIndex
CREATE INDEX "Import_acceptedAt_createdAt_idx" ON "Import"("acceptedAt", "createdAt");

-- CreateIndex
CREATE INDEX "Import_erasedAt_acceptedAt_idx" ON "Import"("erasedAt", "acceptedAt");

-- CreateIndex
CREATE INDEX "Import_createdAt_id_idx" ON "Import"("createdAt", "id");

-- CreateIndex
CREATE INDEX "ImportRow_importId_outcome_rowNumber_idx" ON "ImportRow"("importId", "outcome", "rowNumber");

-- CreateIndex
CREATE INDEX "ImportRow_personId_idx" ON "ImportRow"("personId");

-- CreateIndex
CREATE INDEX "CohortItem_cohortUuid_outcome_runUuid_idx" ON "CohortItem"("cohortUuid", "outcome", "runUuid");

-- CreateIndex
CREATE INDEX "AzureDataSync_scopeStatus_idx" ON "AzureDataSync"("scopeId", "status");

-- CreateIndex
CREATE INDEX "Credential_erasedAt_createdAt_personId_kind_idx" ON "Credential"("erasedAt", "createdAt", "personId", "kind");

-- CreateIndex
CREATE INDEX "ObjectHistory_createdAt_id_idx" ON "ObjectHistory"("createdAt", "id");

-- CreateIndex
CREATE INDEX "UsernameReservation_unfinishedSince_username_idx" ON "UsernameReservation"("unfinishedSince", "username");

-- What was reserved before this column waits for its account unless the person has a user of that name.
UPDATE "UsernameReservation" SET "unfinishedSince" = "reservedAt" WHERE "ownerKey" <> "username" AND NOT EXISTS (SELECT 1 FROM "SysUser" AS u WHERE u."personId" = "UsernameReservation"."personId" AND u."username" = "UsernameReservation"."username");
