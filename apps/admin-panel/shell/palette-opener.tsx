'use client';
import { Button, Kbd } from '@mantine/core';
import { useHotkeys, useOs } from '@mantine/hooks';
import { SearchIcon } from '@primer/octicons-react';
import { useState, type ComponentType } from 'react';
import type { PaletteProps } from '@/features/palette/palette.tsx';
import { useTypedAhead } from '@/features/palette/use-typed-ahead.ts';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure } from '@/page/notify.ts';

/** Its code is loaded when it is opened for the first time. */
export const PaletteOpener = () => {
  const os = useOs();
  const [Palette, setPalette] = useState<ComponentType<PaletteProps> | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  /** it was asked for, and its field does not have the focus yet */
  const [isComing, setComing] = useState(false);
  useTypedAhead(isComing, setTyped);
  const open = async () => {
    if (isOpen) return;
    setTyped('');
    setComing(true);
    try {
      const loaded = await import('@/features/palette/palette.tsx');
      setPalette(() => loaded.Palette);
      setOpen(true);
    } catch (error) {
      setComing(false);
      notifyFailure('Couldn’t load the search', failureOf(error));
    }
  };
  // also in a field
  useHotkeys([['mod+K', () => void open()]], []);
  return (
    <>
      <Button
        variant="default"
        fullWidth
        justify="flex-start"
        fw={400}
        aria-keyshortcuts="Control+K Meta+K"
        leftSection={<SearchIcon size={16} aria-hidden="true" />}
        rightSection={<Kbd size="xs">{os === 'macos' || os === 'ios' ? '⌘ K' : 'Ctrl K'}</Kbd>}
        styles={{ label: { flex: 1 } }}
        onClick={() => void open()}
      >
        Go to…
      </Button>
      {Palette !== null && isOpen && (
        <Palette
          typed={typed}
          onType={setTyped}
          onFocus={() => setComing(false)}
          onClose={() => {
            setComing(false);
            setOpen(false);
          }}
        />
      )}
    </>
  );
};
