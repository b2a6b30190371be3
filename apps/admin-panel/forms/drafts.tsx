'use client';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

type IsDirty = () => boolean;

interface Drafts {
  /** @returns what takes it out again */
  readonly add: (isDirty: IsDirty) => () => void;
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
export const useDraft = (isDirty: IsDirty): void => {
  const { add } = useDrafts();
  const newest = useRef(isDirty);
  useEffect(() => {
    newest.current = isDirty;
  });
  useEffect(() => add(() => newest.current()), [add]);
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

export const DraftsProvider = ({ children }: { readonly children: ReactNode }) => {
  const router = useRouter();
  const drafts = useRef(new Set<IsDirty>());
  const asking = useRef(false);
  /** the address that has one more entry in the history */
  const guarded = useRef<string | null>(null);
  const [leaving, setLeaving] = useState<(() => void) | null>(null);

  const guard = useMemo(() => {
    const isDirty = () => [...drafts.current].some((one) => one());
    return {
      isDirty,
      add: (one: IsDirty) => {
        drafts.current.add(one);
        return () => void drafts.current.delete(one);
      },
      leave: (then: () => void) => {
        if (asking.current) return;
        if (!isDirty()) return then();
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
      <Modal opened={leaving !== null} onClose={stay} title="Discard what you typed?" centered size="sm" zIndex={400}>
        <Text fz="sm" mb="lg">
          It isn’t saved yet.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={stay} data-autofocus>
            Keep editing
          </Button>
          <Button color="red.8" onClick={discard}>
            Discard
          </Button>
        </Group>
      </Modal>
    </DraftsContext.Provider>
  );
};
