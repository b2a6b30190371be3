-- Where the whole audit goes: a sink is sent to as a webhook is, in another form. A webhook has none of these columns.
ALTER TABLE "webhook"
    ADD COLUMN "format" TEXT,
    ADD COLUMN "trustedCertificates" TEXT,
    ADD COLUMN "clientCertificate" TEXT,
    ADD COLUMN "clientKey" JSONB;
