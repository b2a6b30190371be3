-- Two roles that read and change nothing.
ALTER TABLE "user" DROP CONSTRAINT "user_role";
ALTER TABLE "user" ADD CONSTRAINT "user_role" CHECK ("role" IN ('admin', 'auditor', 'viewer', 'user'));
