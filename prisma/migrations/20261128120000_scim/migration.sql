-- Users and groups that an identity provider writes by SCIM 2.0, and the keys that it writes them with.
CREATE TABLE "scim_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdBy" TEXT NOT NULL,

    CONSTRAINT "scim_key_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "scim_key_keyHash_key" ON "scim_key"("keyHash");

CREATE TABLE "scim_user" (
    "id" UUID NOT NULL,
    "connectionId" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "userName" TEXT NOT NULL,
    "externalId" TEXT,
    "attributes" JSONB NOT NULL,
    "madeUserId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "scim_user_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "scim_user_connectionId_subject_key" ON "scim_user"("connectionId", "subject");

CREATE UNIQUE INDEX "scim_user_connectionId_userName_key" ON "scim_user"("connectionId", "userName");

CREATE INDEX "scim_user_connectionId_externalId_idx" ON "scim_user"("connectionId", "externalId");

CREATE TABLE "scim_group" (
    "id" UUID NOT NULL,
    "connectionId" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "externalId" TEXT,
    "memberIds" TEXT[] NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "scim_group_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "scim_group_connectionId_displayName_key" ON "scim_group"("connectionId", "displayName");

CREATE INDEX "scim_group_memberIds_idx" ON "scim_group" USING GIN ("memberIds");

-- what a key of SCIM writes is told under that key
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_actor";
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_actor" CHECK ("actorType" IN ('user', 'worker', 'system', 'anonymous', 'scim-key'));
