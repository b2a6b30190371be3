'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ComponentType, type ReactNode } from 'react';
import { QueryStates } from '@/page/query-states.tsx';

/** A dialog looks for the field to begin with when it opens, which may be before its form is there. */
const Focused = ({ children }: { readonly children: ReactNode }) => {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus(), []);
  return <div ref={frame}>{children}</div>;
};

/**
 * A part of a page that most people don’t open, such as the form of a dialog: its code is loaded when it is first shown. That it is
 * loading, or can’t be, is shown in its place.
 * @param what - what is loaded, such as "the form for a user"; no two parts have the same
 */
export const loadedPart = <Props extends object>(what: string, load: () => Promise<ComponentType<Props>>) => {
  const Part = (props: Props) => {
    const part = useQuery({ queryKey: ['part', what], queryFn: load, staleTime: Infinity, gcTime: Infinity });
    return (
      <QueryStates query={part} what={what}>
        {(Loaded) => (
          <Focused>
            <Loaded {...props} />
          </Focused>
        )}
      </QueryStates>
    );
  };
  return Part;
};
