-- One table for what a provider runs. Active, previous and candidate are numbers on the provider; what was active stood in
-- provider and provider_configuration, the other two in provider_version under a role.

ALTER TABLE "provider" ADD COLUMN "activeNumber" INTEGER,
ADD COLUMN "previousNumber" INTEGER,
ADD COLUMN "candidateNumber" INTEGER,
ADD COLUMN "lastNumber" INTEGER NOT NULL DEFAULT 0;

-- in the order in which they came: the one before, the active one, the next
UPDATE "provider" SET
    "previousNumber" = CASE WHEN EXISTS (SELECT FROM "provider_version" v WHERE v."providerId" = "provider"."id" AND v."role" = 'previous') THEN 1 END
    WHERE "kind" = 'plugin';
UPDATE "provider" SET "activeNumber" = COALESCE("previousNumber", 0) + 1 WHERE "kind" = 'plugin';
UPDATE "provider" SET
    "candidateNumber" = CASE WHEN EXISTS (SELECT FROM "provider_version" v WHERE v."providerId" = "provider"."id" AND v."role" = 'candidate') THEN "activeNumber" + 1 END
    WHERE "kind" = 'plugin';
UPDATE "provider" SET "lastNumber" = COALESCE("candidateNumber", "activeNumber", 0);

ALTER TABLE "provider_version" ADD COLUMN "number" INTEGER;
UPDATE "provider_version" v SET "number" = CASE v."role" WHEN 'previous' THEN p."previousNumber" ELSE p."candidateNumber" END
    FROM "provider" p WHERE p."id" = v."providerId";
ALTER TABLE "provider_version" DROP CONSTRAINT "provider_version_role",
DROP CONSTRAINT "provider_version_pkey",
DROP COLUMN "role",
DROP COLUMN "activation",
ALTER COLUMN "number" SET NOT NULL,
ALTER COLUMN "moduleSha256" DROP NOT NULL,
ALTER COLUMN "workerConfigurationKeys" DROP DEFAULT,
ADD CONSTRAINT "provider_version_pkey" PRIMARY KEY ("providerId", "number");

-- one without a configuration is damaged: nothing opens for it, and all of its values must be entered again
INSERT INTO "provider_version" ("providerId", "number", "moduleSha256", "moduleName", "factoryClassName", "revision",
    "configurationKeys", "encrypted", "sealed", "workerConfigurationKeys", "sealedForWorkers", "createdAt")
SELECT p."id", p."activeNumber", p."moduleSha256", p."moduleName", p."factoryClassName", COALESCE(c."revision", p."revision"),
    COALESCE(c."configurationKeys", '{}'), COALESCE(c."encrypted", '{}'), c."sealed", COALESCE(c."workerConfigurationKeys", '{}'),
    c."sealedForWorkers", COALESCE(c."createdAt", p."createdAt")
FROM "provider" p LEFT JOIN "provider_configuration" c ON c."providerId" = p."id"
WHERE p."kind" = 'plugin';

DROP TABLE "provider_configuration";

ALTER TABLE "provider" DROP CONSTRAINT "provider_default_is_usable",
DROP CONSTRAINT "provider_internal_without_module",
DROP CONSTRAINT "provider_moduleSha256_fkey",
DROP COLUMN "factoryClassName",
DROP COLUMN "moduleSha256",
DROP COLUMN "moduleName";

ALTER TABLE "plugin_module" ADD COLUMN "signature" TEXT;

CREATE INDEX "provider_version_moduleSha256_idx" ON "provider_version"("moduleSha256");

-- What Prisma's schema cannot say

-- not for the rows of before: an active module from before activations gets its own at the next start
ALTER TABLE "provider" ADD CONSTRAINT "provider_default_is_usable"
    CHECK (NOT "isDefault" OR ("isEnabled" AND ("kind" = 'internal' OR "activation" IS NOT NULL))) NOT VALID;
ALTER TABLE "provider" ADD CONSTRAINT "provider_version_numbers" CHECK (
    CASE "kind"
        WHEN 'internal' THEN "activeNumber" IS NULL AND "previousNumber" IS NULL AND "candidateNumber" IS NULL AND "lastNumber" = 0
        ELSE "activeNumber" IS NOT NULL AND "activeNumber" BETWEEN 1 AND "lastNumber"
            AND ("previousNumber" IS NULL OR ("previousNumber" BETWEEN 1 AND "lastNumber" AND "previousNumber" <> "activeNumber"))
            AND ("candidateNumber" IS NULL
                OR ("candidateNumber" BETWEEN GREATEST("activeNumber", "previousNumber") + 1 AND "lastNumber"))
    END
);
