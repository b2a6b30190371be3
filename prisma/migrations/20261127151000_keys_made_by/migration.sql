-- Who made a key stands in the audit with what the key did. Unknown of the keys that are there.
ALTER TABLE "api_key" ADD COLUMN "createdBy" TEXT;
