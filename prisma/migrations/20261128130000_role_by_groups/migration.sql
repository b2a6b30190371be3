-- Whose groups gave a user the role of the store. So far nobody's: a role that a person gave stays.
ALTER TABLE "user" ADD COLUMN "roleConnectionId" TEXT;
