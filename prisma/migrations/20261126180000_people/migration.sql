-- Accounts that can be disabled, and keys with a name, an end and a role of their own. Rows from before have none of it, so that
-- their digests stay as they are.
ALTER TABLE "user" ADD COLUMN "disabledAt" TIMESTAMPTZ(3),
ADD COLUMN "lastSeenAt" TIMESTAMPTZ(3);

ALTER TABLE "api_key" ADD COLUMN "name" TEXT,
ADD COLUMN "prefix" TEXT,
ADD COLUMN "role" TEXT,
ADD COLUMN "expiresAt" TIMESTAMPTZ(3),
ADD COLUMN "lastUsedAt" TIMESTAMPTZ(3);
