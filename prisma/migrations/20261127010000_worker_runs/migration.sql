-- The newest run of a worker's folder, and when two copies of the folder were found. Null before the first run, also for rows from
-- before, so that their digests stay as they are.
ALTER TABLE "worker" ADD COLUMN "run" INTEGER,
ADD COLUMN "instance" TEXT,
ADD COLUMN "stoppedAt" TIMESTAMPTZ(3);
