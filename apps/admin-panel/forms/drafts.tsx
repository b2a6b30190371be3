'use client';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useIsMutating } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

type IsDirty = () => boolean;

interface Question {
  readonly title: string;
  readonly text: string;
  readonly stay: string;
  readonly leave: string;
}

const typed: Question = {
  title: 'Discard what you typed?',
  text: 'It isn’t saved yet.',
  stay: 'Keep editing',
  leave: 'Discard',
};

interface Draft {
  readonly isDirty: IsDirty;
  /** what is asked before it is lost */
  readonly question: Question;
}

interface Drafts {
  /** @returns what takes it out again */
  readonly add: (draft: Draft) => () => void;
  /** Does it at once, or, where something typed would be lost, after asking. */
  readonly leave: (then: () => void) => void;
}

const DraftsContext = createContext<Drafts | null>(null);

const useDrafts = (): Drafts => {
  const drafts = useContext(DraftsContext);
  if (drafts === null) throw new Error('there is no DraftsProvider above it');
  return drafts;
};

/** While the form is dirty, it is not left without asking: by Escape, by a link, by Back, or by a reload. */
export const useDraft = (isDirty: IsDirty, question: Question = typed): void => {
  const { add } = useDrafts();
  const newest = useRef(isDirty);
  useEffect(() => {
    newest.current = isDirty;
  });
  useEffect(() => add({ isDirty: () => newest.current(), question }), [add, question]);
};

/** Closes, after asking where something typed would be lost. */
export const useGuardedClose = (close: () => void): (() => void) => {
  const { leave } = useDrafts();
  return () => leave(close);
};

/** Does what leaves the page, after asking where something typed would be lost. */
export const useGuardedLeave = (): ((then: () => void) => void) => useDrafts().leave;

const linkOf = (event: MouseEvent): HTMLAnchorElement | null => {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const leaves = link !== null && link.target !== '_blank' && link.origin === window.location.origin;
  return leaves && !link.hasAttribute('download') ? link : null;
};

/** Leaving doesn't stop what was sent. */
const UnsavedText = ({ text }: { readonly text: string }) => {
  const isSaving = useIsMutating() > 0;
  return (
    <Text fz="sm" mb="lg">
      {isSaving ? 'It’s being saved. If you discard it now, it may still be saved.' : text}
    </Text>
  );
};

export const DraftsProvider = ({ children }: { readonly children: ReactNode }) => {
  const router = useRouter();
  const drafts = useRef(new Set<Draft>());
  const asking = useRef(false);
  /** the address that has one more entry in the history */
  const guarded = useRef<string | null>(null);
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  const [question, setQuestion] = useState(typed);

  const guard = useMemo(() => {
    const dirtyOne = () => [...drafts.current].find((one) => one.isDirty());
    const isDirty = () => dirtyOne() !== undefined;
    return {
      isDirty,
      add: (one: Draft) => {
        drafts.current.add(one);
        return () => {
          drafts.current.delete(one);
          if (!asking.current || isDirty()) return;
          // it was saved meanwhile: there is nothing to ask any more
          asking.current = false;
          setLeaving(null);
        };
      },
      leave: (then: () => void) => {
        if (asking.current) return;
        const dirty = dirtyOne();
        if (dirty === undefined) return then();
        setQuestion(dirty.question);
        asking.current = true;
        setLeaving(() => then);
      },
    };
  }, []);

  useEffect(() => {
    const unload = (event: BeforeUnloadEvent) => {
      if (guard.isDirty()) event.preventDefault();
    };
    const click = (event: MouseEvent) => {
      const link = linkOf(event);
      if (link === null || !guard.isDirty()) return;
      event.preventDefault();
      event.stopPropagation();
      guard.leave(() => router.push(`${link.pathname}${link.search}${link.hash}`));
    };
    // Back leads to the same page once, so that there is time to ask
    const addEntry = () => {
      guarded.current = window.location.href;
      window.history.pushState(window.history.state, '');
    };
    const input = () => {
      if (guarded.current !== window.location.href && guard.isDirty()) addEntry();
    };
    const back = () => {
      if (guarded.current !== window.location.href) return;
      guarded.current = null;
      if (!guard.isDirty()) return window.history.back();
      addEntry();
      guard.leave(() => {
        guarded.current = null;
        window.history.go(-2);
      });
    };
    window.addEventListener('beforeunload', unload);
    window.addEventListener('popstate', back);
    document.addEventListener('click', click, { capture: true });
    document.addEventListener('input', input);
    return () => {
      window.removeEventListener('beforeunload', unload);
      window.removeEventListener('popstate', back);
      document.removeEventListener('click', click, { capture: true });
      document.removeEventListener('input', input);
    };
  }, [guard, router]);

  const stay = () => {
    asking.current = false;
    setLeaving(null);
  };
  const discard = () => {
    stay();
    drafts.current.clear();
    leaving?.();
  };
  return (
    <DraftsContext.Provider value={guard}>
      {children}
      <Modal opened={leaving !== null} onClose={stay} title={question.title} centered size="sm" zIndex={400}>
        <UnsavedText text={question.text} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={stay} data-autofocus>
            {question.stay}
          </Button>
          <Button color="red.8" onClick={discard}>
            {question.leave}
          </Button>
        </Group>
      </Modal>
    </DraftsContext.Provider>
  );
};
