-- Organizations with their members, collaborators of an algorithm, and the addresses that a key works from.
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "deletedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "organization_name_key" ON "organization"("name");

CREATE TABLE "membership" (
    "organizationId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("organizationId", "userId"),
    CONSTRAINT "membership_role" CHECK ("role" IN ('admin', 'member', 'executor'))
);
CREATE INDEX "membership_userId_idx" ON "membership"("userId");
ALTER TABLE "membership" ADD CONSTRAINT "membership_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "membership" ADD CONSTRAINT "membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "collaborator" (
    "algorithmId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "collaborator_pkey" PRIMARY KEY ("algorithmId", "userId"),
    CONSTRAINT "collaborator_role" CHECK ("role" IN ('manager', 'viewer'))
);
CREATE INDEX "collaborator_userId_idx" ON "collaborator"("userId");
ALTER TABLE "collaborator" ADD CONSTRAINT "collaborator_algorithmId_fkey" FOREIGN KEY ("algorithmId") REFERENCES "algorithm"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "collaborator" ADD CONSTRAINT "collaborator_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "api_key" ADD COLUMN "addresses" JSONB;
