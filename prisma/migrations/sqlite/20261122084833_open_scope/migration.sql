-- DropIndex
DROP INDEX "AzureDataSync_scopeStatus_idx";

-- AlterTable
ALTER TABLE "AzureDataSync" ADD COLUMN "openScopeId" TEXT;

-- Backfill
UPDATE "AzureDataSync" SET "openScopeId" = "scopeId" WHERE "dueAt" IS NOT NULL;

-- CreateIndex
CREATE INDEX "AzureDataSync_openScope_idx" ON "AzureDataSync"("openScopeId");
