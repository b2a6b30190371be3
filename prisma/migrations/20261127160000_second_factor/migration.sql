-- What sign-in asks for after the password, and its recovery codes. The secret is encrypted, and the codes are hashed.
CREATE TABLE "second_factor" (
    "userId" TEXT NOT NULL,
    "secret" JSONB NOT NULL,
    "lastStep" INTEGER NOT NULL,
    "recoveryHashes" TEXT[] NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "second_factor_pkey" PRIMARY KEY ("userId")
);

ALTER TABLE "second_factor" ADD CONSTRAINT "second_factor_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
