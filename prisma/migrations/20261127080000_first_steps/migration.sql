-- What administrators said of the first steps: only what the start page shows depends on it.
CREATE TABLE "first_steps_answer" (
    "answer" TEXT NOT NULL,
    "answeredAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "first_steps_answer_pkey" PRIMARY KEY ("answer")
);
