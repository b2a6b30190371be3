-- How old a worker's last look at a vault's version may be. Null is the default, also for rows from before, so that their digests
-- stay as they are.
ALTER TABLE "provider" ADD COLUMN "checkSeconds" INTEGER;
