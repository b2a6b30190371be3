-- A page of the audit by a name, or of what was refused, follows an index, as one by an id does.
CREATE INDEX "audit_event_actorName_sequence_idx" ON "audit_event"("actorName", "sequence");
CREATE INDEX "audit_event_subjectName_sequence_idx" ON "audit_event"("subjectName", "sequence");
CREATE INDEX "audit_event_outcome_sequence_idx" ON "audit_event"("outcome", "sequence");
