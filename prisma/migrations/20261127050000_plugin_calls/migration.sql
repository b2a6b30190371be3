-- How the calls of each backend on plugins ended: shown to administrators, and decides nothing.
CREATE TABLE "plugin_call" (
    "backend" TEXT NOT NULL,
    "providerId" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "activationNumber" INTEGER NOT NULL,
    "successAt" TIMESTAMPTZ(3),
    "successMilliseconds" INTEGER,
    "failureAt" TIMESTAMPTZ(3),
    "failureMilliseconds" INTEGER,
    "failureReason" TEXT,
    "failingSince" TIMESTAMPTZ(3),

    CONSTRAINT "plugin_call_pkey" PRIMARY KEY ("providerId", "backend", "operation")
);

CREATE TABLE "plugin_call_slot" (
    "backend" TEXT NOT NULL,
    "providerId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "calls" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL,
    "milliseconds" INTEGER NOT NULL,
    "slowest" INTEGER NOT NULL,

    CONSTRAINT "plugin_call_slot_pkey" PRIMARY KEY ("providerId", "startsAt", "backend")
);

CREATE INDEX "plugin_call_slot_startsAt_idx" ON "plugin_call_slot"("startsAt");

ALTER TABLE "plugin_call" ADD CONSTRAINT "plugin_call_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "plugin_call_slot" ADD CONSTRAINT "plugin_call_slot_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;
