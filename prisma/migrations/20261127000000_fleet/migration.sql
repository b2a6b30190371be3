-- Pools have signed logs, from which their keys and members are taken: the copy of the first pool's key is of no use any more.
DROP TABLE "pool_key";

-- Null is none, also for rows from before, so that their digests stay as they are.
ALTER TABLE "algorithm" ADD COLUMN "otherPools" JSONB;

ALTER TABLE "worker" ALTER COLUMN "certificate" DROP NOT NULL;
ALTER TABLE "worker" ADD COLUMN "version" TEXT;
ALTER TABLE "worker" ADD COLUMN "isolation" TEXT;

CREATE TABLE "pool_log_entry" (
    "poolId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "envelope" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pool_log_entry_pkey" PRIMARY KEY ("poolId", "number")
);

CREATE TABLE "join_request" (
    "workerId" UUID NOT NULL,
    "poolId" UUID NOT NULL,
    "request" JSONB,
    "sealed" JSONB,
    "refusal" TEXT,
    "marks" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "join_request_pkey" PRIMARY KEY ("workerId")
);

CREATE INDEX "join_request_poolId_idx" ON "join_request"("poolId");

ALTER TABLE "pool_log_entry" ADD CONSTRAINT "pool_log_entry_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "worker_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "join_request" ADD CONSTRAINT "join_request_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "worker_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
