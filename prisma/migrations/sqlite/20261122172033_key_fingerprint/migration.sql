-- CreateTable
CREATE TABLE "KeyFingerprint" (
    "setting" TEXT NOT NULL PRIMARY KEY,
    "fingerprint" TEXT NOT NULL,
    "recordedAt" DATETIME NOT NULL,
    "recordedBy" TEXT NOT NULL
);
