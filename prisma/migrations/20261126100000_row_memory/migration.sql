-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "actorName" TEXT,
ADD COLUMN     "address" TEXT,
ADD COLUMN     "format" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "head" JSONB,
ADD COLUMN     "marks" JSONB,
ADD COLUMN     "outcome" TEXT NOT NULL DEFAULT 'done',
ADD COLUMN     "subjectName" TEXT;

-- the present value of each secret, which stood in secret_version alone
ALTER TABLE "secret" ADD COLUMN     "valueId" UUID;
UPDATE "secret" SET "valueId" = (
    SELECT "id" FROM "secret_version" WHERE "secretId" = "secret"."id" ORDER BY "version" DESC LIMIT 1
);
ALTER TABLE "secret" ALTER COLUMN "valueId" SET NOT NULL;

-- CreateTable
CREATE TABLE "audit_pending" (
    "id" BIGSERIAL NOT NULL,
    "event" JSONB NOT NULL,
    "tag" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_pending_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "sequence" BIGINT NOT NULL,
    "envelope" JSONB NOT NULL,
    "state" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "restore_epoch" (
    "epoch" BIGINT NOT NULL,
    "envelope" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "restore_epoch_pkey" PRIMARY KEY ("epoch")
);

-- CreateIndex
CREATE INDEX "audit_event_action_sequence_idx" ON "audit_event"("action", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_actorId_sequence_idx" ON "audit_event"("actorId", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_subjectId_sequence_idx" ON "audit_event"("subjectId", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_outcome" CHECK ("outcome" IN ('done', 'refused'));
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_actor";
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_actor" CHECK ("actorType" IN ('user', 'worker', 'system', 'anonymous'));
