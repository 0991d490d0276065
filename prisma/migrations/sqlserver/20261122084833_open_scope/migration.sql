BEGIN TRY

BEGIN TRAN;

-- DropIndex
DROP INDEX [AzureDataSync_scopeStatus_idx] ON [dbo].[AzureDataSync];

-- AlterTable
ALTER TABLE [dbo].[AzureDataSync] ADD [openScopeId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL;

-- Backfill: compiled once the column stands.
EXEC(N'UPDATE [dbo].[AzureDataSync] SET [openScopeId] = [scopeId] WHERE [dueAt] IS NOT NULL;');

-- CreateIndex
CREATE NONCLUSTERED INDEX [AzureDataSync_openScope_idx] ON [dbo].[AzureDataSync]([openScopeId]);

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
