-- AlterTable
ALTER TABLE "provider" ADD COLUMN "activation" JSONB;

-- AlterTable
ALTER TABLE "provider_configuration" ADD COLUMN "sealedForWorkers" JSONB,
ADD COLUMN "workerConfigurationKeys" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "secret" ADD COLUMN "reference" TEXT;

-- CreateTable
CREATE TABLE "provider_version" (
    "providerId" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "moduleSha256" TEXT NOT NULL,
    "moduleName" TEXT,
    "factoryClassName" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "configurationKeys" TEXT[],
    "encrypted" JSONB NOT NULL,
    "sealed" JSONB,
    "workerConfigurationKeys" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "sealedForWorkers" JSONB,
    "activation" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_version_pkey" PRIMARY KEY ("providerId","role")
);

-- CreateTable
CREATE TABLE "provider_preparation" (
    "providerId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "moduleName" TEXT,
    "state" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "throwAway" JSONB,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_preparation_pkey" PRIMARY KEY ("providerId")
);

-- CreateTable
CREATE TABLE "worker_check" (
    "id" UUID NOT NULL,
    "poolId" UUID NOT NULL,
    "task" JSONB NOT NULL,
    "takenAt" TIMESTAMPTZ(3),
    "result" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_check_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "worker_check_poolId_takenAt_idx" ON "worker_check"("poolId", "takenAt");

-- AddForeignKey
ALTER TABLE "provider_version" ADD CONSTRAINT "provider_version_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_version" ADD CONSTRAINT "provider_version_moduleSha256_fkey" FOREIGN KEY ("moduleSha256") REFERENCES "plugin_module"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_preparation" ADD CONSTRAINT "provider_preparation_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema cannot say

ALTER TABLE "provider_version" ADD CONSTRAINT "provider_version_role" CHECK ("role" IN ('candidate', 'previous'));
ALTER TABLE "provider_preparation" ADD CONSTRAINT "provider_preparation_state" CHECK ("state" IN ('running', 'waiting', 'failed', 'active'));
