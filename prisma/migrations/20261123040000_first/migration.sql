-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "username" TEXT NOT NULL,
    "displayUsername" TEXT,
    "role" TEXT NOT NULL DEFAULT 'user',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "factoryClassName" TEXT NOT NULL,
    "interfaceVersion" TEXT NOT NULL,
    "moduleSha256" TEXT,
    "moduleName" TEXT,
    "isEnabled" BOOLEAN NOT NULL DEFAULT true,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "wantsDefault" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plugin_module" (
    "sha256" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "manifest" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_module_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "provider_configuration" (
    "providerId" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "configurationKeys" TEXT[],
    "encrypted" JSONB NOT NULL,
    "sealed" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_configuration_pkey" PRIMARY KEY ("providerId")
);

-- CreateTable
CREATE TABLE "algorithm" (
    "id" UUID NOT NULL,
    "owner" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "poolId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "algorithm_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secret" (
    "id" UUID NOT NULL,
    "algorithmId" UUID NOT NULL,
    "shortName" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "environmentVariable" TEXT NOT NULL,
    "providerId" UUID NOT NULL,
    "providerKey" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secret_version" (
    "id" UUID NOT NULL,
    "secretId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "providerVersion" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secret_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "write_intent" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "secretId" UUID NOT NULL,
    "algorithmId" UUID NOT NULL,
    "providerId" UUID NOT NULL,
    "environmentVariable" TEXT NOT NULL,
    "providerKey" TEXT,
    "version" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "settleAfter" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "write_intent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signed_set" (
    "algorithmId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "envelope" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signed_set_pkey" PRIMARY KEY ("algorithmId","number")
);

-- CreateTable
CREATE TABLE "internal_sealed_value" (
    "providerKey" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "record" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "internal_sealed_value_pkey" PRIMARY KEY ("providerKey","version")
);

-- CreateTable
CREATE TABLE "worker_pool" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_pool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pool_key" (
    "keyId" TEXT NOT NULL,
    "poolId" UUID NOT NULL,
    "certificate" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pool_key_pkey" PRIMARY KEY ("keyId")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "poolId" UUID NOT NULL,
    "keyId" TEXT NOT NULL,
    "certificate" JSONB NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "lastSeenAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "sequence" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actorType" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("sequence")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_username_key" ON "user"("username");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE INDEX "account_userId_idx" ON "account"("userId");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_keyHash_key" ON "api_key"("keyHash");

-- CreateIndex
CREATE INDEX "api_key_userId_idx" ON "api_key"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "provider_name_key" ON "provider"("name");

-- CreateIndex
CREATE UNIQUE INDEX "algorithm_owner_name_key" ON "algorithm"("owner", "name");

-- CreateIndex
CREATE INDEX "secret_providerId_idx" ON "secret"("providerId");

-- CreateIndex
CREATE UNIQUE INDEX "secret_algorithmId_environmentVariable_key" ON "secret"("algorithmId", "environmentVariable");

-- CreateIndex
CREATE UNIQUE INDEX "secret_algorithmId_shortName_key" ON "secret"("algorithmId", "shortName");

-- CreateIndex
CREATE UNIQUE INDEX "secret_version_secretId_version_key" ON "secret_version"("secretId", "version");

-- CreateIndex
CREATE INDEX "write_intent_state_settleAfter_idx" ON "write_intent"("state", "settleAfter");

-- CreateIndex
CREATE INDEX "write_intent_secretId_idx" ON "write_intent"("secretId");

-- CreateIndex
CREATE UNIQUE INDEX "worker_pool_name_key" ON "worker_pool"("name");

-- CreateIndex
CREATE UNIQUE INDEX "worker_keyId_key" ON "worker"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_id_key" ON "audit_event"("id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_hash_key" ON "audit_event"("hash");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider" ADD CONSTRAINT "provider_moduleSha256_fkey" FOREIGN KEY ("moduleSha256") REFERENCES "plugin_module"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_configuration" ADD CONSTRAINT "provider_configuration_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "algorithm" ADD CONSTRAINT "algorithm_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "worker_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secret" ADD CONSTRAINT "secret_algorithmId_fkey" FOREIGN KEY ("algorithmId") REFERENCES "algorithm"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secret" ADD CONSTRAINT "secret_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secret_version" ADD CONSTRAINT "secret_version_secretId_fkey" FOREIGN KEY ("secretId") REFERENCES "secret"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signed_set" ADD CONSTRAINT "signed_set_algorithmId_fkey" FOREIGN KEY ("algorithmId") REFERENCES "algorithm"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pool_key" ADD CONSTRAINT "pool_key_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "worker_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worker" ADD CONSTRAINT "worker_poolId_fkey" FOREIGN KEY ("poolId") REFERENCES "worker_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema cannot say

-- at most one provider is the default, and it can be used
CREATE UNIQUE INDEX "provider_one_default" ON "provider" ("isDefault") WHERE "isDefault";
ALTER TABLE "provider" ADD CONSTRAINT "provider_default_is_usable"
    CHECK (NOT "isDefault" OR ("isEnabled" AND ("kind" = 'internal' OR "moduleSha256" IS NOT NULL)));

ALTER TABLE "user" ADD CONSTRAINT "user_role" CHECK ("role" IN ('admin', 'user'));
ALTER TABLE "provider" ADD CONSTRAINT "provider_kind" CHECK ("kind" IN ('internal', 'plugin'));
ALTER TABLE "provider" ADD CONSTRAINT "provider_internal_without_module" CHECK ("kind" = 'plugin' OR "moduleSha256" IS NULL);
ALTER TABLE "provider" ADD CONSTRAINT "provider_revision" CHECK ("revision" >= 0);
ALTER TABLE "plugin_module" ADD CONSTRAINT "plugin_module_sha256" CHECK ("sha256" ~ '^[0-9a-f]{64}$');
ALTER TABLE "plugin_module" ADD CONSTRAINT "plugin_module_size" CHECK ("sizeBytes" = octet_length("bytes"));
ALTER TABLE "secret" ADD CONSTRAINT "secret_version_number" CHECK ("version" >= 1);
ALTER TABLE "secret" ADD CONSTRAINT "secret_provider_key" CHECK (char_length("providerKey") BETWEEN 1 AND 1024);
ALTER TABLE "secret_version" ADD CONSTRAINT "secret_version_number" CHECK ("version" >= 1);
ALTER TABLE "internal_sealed_value" ADD CONSTRAINT "internal_sealed_value_number" CHECK ("version" >= 1);
ALTER TABLE "signed_set" ADD CONSTRAINT "signed_set_number" CHECK ("number" >= 1);
ALTER TABLE "write_intent" ADD CONSTRAINT "write_intent_kind" CHECK ("kind" IN ('create', 'update', 'delete'));
ALTER TABLE "write_intent" ADD CONSTRAINT "write_intent_state" CHECK ("state" IN ('pending', 'left-behind'));
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_actor" CHECK ("actorType" IN ('user', 'worker', 'system'));

-- an audit event is written once
CREATE FUNCTION "refuse_change_of_audit_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or removed' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "audit_event_is_final" BEFORE UPDATE OR DELETE ON "audit_event"
    FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_audit_event"();
CREATE TRIGGER "audit_event_is_not_truncated" BEFORE TRUNCATE ON "audit_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_audit_event"();
