-- Accounts for programs. Whoever has an account so far is a person.
ALTER TABLE "user" ADD COLUMN "kind" TEXT;
ALTER TABLE "user" ADD CONSTRAINT "user_kind" CHECK ("kind" IN ('service'));

-- Where the sessions and keys of a role work from; a role without a row has no limits.
CREATE TABLE "role_addresses" (
    "role" TEXT NOT NULL,
    "addresses" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_addresses_pkey" PRIMARY KEY ("role")
);
