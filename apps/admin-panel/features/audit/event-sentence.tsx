import { Anchor, Text } from '@mantine/core';
import type { AuditEvent, AuditPlaces } from '@secret-store/api/schemas';
import { paths } from '@/paths.ts';
import { actorInWords, nameOf, placePath, sentenceParts } from './audit-words.ts';
import { PageLink } from '@/page/page-link.tsx';

interface EventSentenceProps {
  readonly event: AuditEvent;
  readonly places: AuditPlaces;
}

const Thing = ({ path, children }: { readonly path: string | null; readonly children: string }) =>
  path === null ? (
    <Text span inherit fw={500}>
      {children}
    </Text>
  ) : (
    <Anchor component={PageLink} href={path} inherit fw={500} underline="always">
      {children}
    </Anchor>
  );

/** Who did what to what, with links to what exists. */
export const EventSentence = ({ event: { actor, action, subject, details }, places }: EventSentenceProps) => {
  const [before, after] = sentenceParts(action, details);
  const place = places[subject.id];
  return (
    <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
      <Thing path={placePath(actor.type === 'worker' ? places[actor.id] : undefined, actor.id)}>
        {actorInWords(actor, places)}
      </Thing>{' '}
      {before}
      {after !== undefined && (
        <>
          <Thing path={placePath(place, subject.id)}>{nameOf(subject, places)}</Thing>
          {place?.type === 'secret' && (
            <>
              {' of '}
              <Thing path={paths.algorithmSettings(place.owner, place.name)}>{`${place.owner}/${place.name}`}</Thing>
            </>
          )}
          {after}
        </>
      )}
    </Text>
  );
};
