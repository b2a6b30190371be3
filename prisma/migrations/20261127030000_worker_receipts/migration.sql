-- What workers say of the algorithms of their pools: signed by the worker, and believed only as far as the signature goes.
CREATE TABLE "worker_receipt" (
    "workerId" UUID NOT NULL,
    "algorithmId" UUID NOT NULL,
    "receipt" JSONB NOT NULL,
    "arrivals" JSONB NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_receipt_pkey" PRIMARY KEY ("workerId", "algorithmId")
);

CREATE INDEX "worker_receipt_algorithmId_idx" ON "worker_receipt"("algorithmId");

ALTER TABLE "worker_receipt" ADD CONSTRAINT "worker_receipt_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "worker"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "worker_receipt" ADD CONSTRAINT "worker_receipt_algorithmId_fkey" FOREIGN KEY ("algorithmId") REFERENCES "algorithm"("id") ON DELETE CASCADE ON UPDATE CASCADE;
