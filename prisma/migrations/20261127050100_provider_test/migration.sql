-- How the last test of a provider's active version went: shown to administrators, and decides nothing.
CREATE TABLE "provider_test" (
    "providerId" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_test_pkey" PRIMARY KEY ("providerId")
);

ALTER TABLE "provider_test" ADD CONSTRAINT "provider_test_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;
