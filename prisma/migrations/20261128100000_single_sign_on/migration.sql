-- Identity providers, who people are there, what their groups give, and who waits for an administrator.
CREATE TABLE "sign_in_connection" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "clientSecret" JSONB,
    "domains" TEXT[] NOT NULL,
    "makesAccounts" BOOLEAN NOT NULL DEFAULT true,
    "isEnabled" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_connection_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sign_in_connection_kind" CHECK ("kind" IN ('oidc', 'saml'))
);
CREATE UNIQUE INDEX "sign_in_connection_name_key" ON "sign_in_connection"("name");

CREATE TABLE "identity" (
    "id" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "challengedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "identity_connectionId_subject_key" ON "identity"("connectionId", "subject");
CREATE INDEX "identity_userId_idx" ON "identity"("userId");
ALTER TABLE "identity" ADD CONSTRAINT "identity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "group_role" (
    "id" UUID NOT NULL,
    "connectionId" TEXT NOT NULL,
    "group" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "organizationId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_role_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "group_role_connectionId_idx" ON "group_role"("connectionId");

CREATE TABLE "waiting_account" (
    "id" UUID NOT NULL,
    "connectionId" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "wantedName" TEXT NOT NULL,
    "displayName" TEXT,
    "email" TEXT,
    "groups" TEXT[] NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "waiting_account_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "waiting_account_state" CHECK ("state" IN ('waiting', 'rejected'))
);
CREATE UNIQUE INDEX "waiting_account_connectionId_subject_key" ON "waiting_account"("connectionId", "subject");

ALTER TABLE "membership" ADD COLUMN "connectionId" TEXT;
