-- How long what a worker knows of a secret serves while it cannot ask. Null is what the provider says, and of a provider the default,
-- also for rows from before, so that their digests stay as they are.
ALTER TABLE "provider" ADD COLUMN "staleSeconds" INTEGER;
ALTER TABLE "secret" ADD COLUMN "staleSeconds" INTEGER;
