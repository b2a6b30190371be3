import {
  Member,
  MemberRequest,
  OrganizationDetails,
  OrganizationInfo,
  OrganizationList,
  OrganizationRequest,
} from '@secret-store/api';
import { z } from 'zod';
import { userNamed } from '../../../accounts/user-named.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { createOrganization } from '../../../organizations/create-organization.ts';
import { listOrganizations, showOrganization } from '../../../organizations/list-organizations.ts';
import { putMember } from '../../../organizations/put-member.ts';
import { managedMember, removeMember } from '../../../organizations/remove-member.ts';
import { authorisedOrganization } from '../../../organizations/organization-named.ts';
import { removeOrganization } from '../../../organizations/remove-organization.ts';
import { signedIn } from '../../authenticate.ts';
import { answers } from '../../openapi.ts';
import { bodyOf } from '../input/body.ts';
import { toldFirst } from '../input/told-first.ts';
import { forPermission, forSignedIn, type RestInstance, security } from '../input/route.ts';

const params = z.object({ organization: z.string() });
const memberParams = params.extend({ username: z.string() });
const base = '/v1/organizations';
const done = { 204: z.null() };

export const organizationRoutes = (app: RestInstance, deps: Dependencies): void => {
  const described = (summary: string) => ({ tags: ['organizations'], summary, ...security });

  app.get(
    base,
    {
      ...forSignedIn,
      schema: { ...described('List those that one may see, by name'), response: answers({ 200: OrganizationList }) },
    },
    async (request) => ({ results: await listOrganizations(deps, signedIn(request)) }),
  );
  app.post(
    base,
    {
      ...forPermission('organizations.manage'),
      schema: {
        ...described('Create; its creator is its first admin'),
        body: bodyOf(OrganizationRequest, OrganizationInfo),
        response: answers({ 200: OrganizationInfo }, 409),
      },
    },
    (request) => createOrganization(deps, signedIn(request), request.body),
  );
  app.get(
    `${base}/:organization`,
    {
      ...forSignedIn,
      schema: { ...described('Show, with its members'), params, response: answers({ 200: OrganizationDetails }) },
    },
    (request) => showOrganization(deps, signedIn(request), request.params.organization),
  );
  app.delete(
    `${base}/:organization`,
    {
      ...forSignedIn,
      ...toldFirst(params, (actor, { organization }) =>
        authorisedOrganization(deps, actor, 'organizations.manage', organization),
      ),
      schema: {
        ...described('Delete, with its memberships. Its algorithms stay'),
        params,
        response: answers(done),
      },
    },
    async (request, reply) => {
      await removeOrganization(deps, signedIn(request), request.params.organization);
      return reply.code(204).send(null);
    },
  );
  app.put(
    `${base}/:organization/members/:username`,
    {
      ...forSignedIn,
      ...toldFirst(memberParams, async (actor, { organization, username }) => {
        await authorisedOrganization(deps, actor, 'organizations.manage', organization);
        await userNamed(deps, username);
      }),
      schema: {
        ...described('Make a user a member, or give a member another role or end date. It acts on the next request'),
        params: memberParams,
        body: bodyOf(MemberRequest, Member),
        response: answers({ 200: Member }, 409),
      },
    },
    (request) => putMember(deps, signedIn(request), request.params, request.body),
  );
  app.delete(
    `${base}/:organization/members/:username`,
    {
      ...forSignedIn,
      ...toldFirst(memberParams, (actor, named) => managedMember(deps, actor, named)),
      schema: {
        ...described('Remove a member; everyone can leave'),
        params: memberParams,
        response: answers(done, 409),
      },
    },
    async (request, reply) => {
      await removeMember(deps, signedIn(request), request.params);
      return reply.code(204).send(null);
    },
  );
};
