-- failed sign-ins and wrong API keys are in the audit, and nobody knows whose they are
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_actor";
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_actor" CHECK ("actorType" IN ('user', 'worker', 'system', 'anonymous'));
