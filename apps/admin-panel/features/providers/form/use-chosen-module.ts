'use client';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ModuleSummary } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { inspectModule, moduleBytesMaximum } from '@/api/upload.ts';

interface ChosenModule {
  readonly file: File | null;
  readonly summary: ModuleSummary | null;
  readonly error: string | null;
  /** 0 to 100 while the file is uploading to be verified */
  readonly progress: number | null;
}

const nothing: ChosenModule = { file: null, summary: null, error: null, progress: null };

/** The chosen file and what the store says about it: verified at once, stored only with the form. */
export const useChosenModule = (onVerified: (summary: ModuleSummary) => void) => {
  const [chosen, setChosen] = useState<ChosenModule>(nothing);
  const latest = useRef<File | null>(null);

  // a mutation, so that a session that ended is noticed
  const inspect = useMutation({
    mutationFn: (file: File) =>
      inspectModule(file, (progress) => {
        if (latest.current === file) setChosen({ ...nothing, file, progress });
      }),
  });
  const choose = async (file: File) => {
    latest.current = file;
    if (file.size > moduleBytesMaximum) {
      setChosen({ ...nothing, file, error: 'The file is larger than 32 MB. Choose a packed module.' });
      return;
    }
    setChosen({ ...nothing, file, progress: 0 });
    const isLatest = () => latest.current === file;
    try {
      const summary = await inspect.mutateAsync(file);
      if (!isLatest()) return;
      setChosen({ ...nothing, file, summary });
      onVerified(summary);
    } catch (error) {
      if (isLatest()) setChosen({ ...nothing, file, error: failureOf(error).message });
    }
  };

  return { ...chosen, choose };
};
