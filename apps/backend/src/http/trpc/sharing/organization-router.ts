import { Member, MemberRequest, OrganizationDetails, OrganizationInfo, OrganizationRequest } from '@secret-store/api';
import { z } from 'zod';
import { createOrganization } from '../../../organizations/create-organization.ts';
import { listOrganizations, showOrganization } from '../../../organizations/list-organizations.ts';
import { putMember } from '../../../organizations/put-member.ts';
import { managedMember, removeMember } from '../../../organizations/remove-member.ts';
import { authorisedOrganization } from '../../../organizations/organization-named.ts';
import { removeOrganization } from '../../../organizations/remove-organization.ts';
import { procedureWith, router, signedInProcedure, toldFirst } from '../procedures/trpc.ts';

const ByName = z.object({ organization: z.string() });
const named = signedInProcedure.input(ByName);
const managed = named.use(({ ctx: { deps, actor }, input: { organization }, next }) =>
  toldFirst(next(), () => authorisedOrganization(deps, actor, 'organizations.manage', organization)),
);

export const organizationRouter = router({
  list: signedInProcedure.output(z.array(OrganizationInfo)).query(({ ctx }) => listOrganizations(ctx.deps, ctx.actor)),
  show: named
    .output(OrganizationDetails)
    .query(({ ctx, input }) => showOrganization(ctx.deps, ctx.actor, input.organization)),
  create: procedureWith('organizations.manage')
    .input(OrganizationRequest)
    .output(OrganizationInfo)
    .mutation(({ ctx, input }) => createOrganization(ctx.deps, ctx.actor, input)),
  remove: managed.mutation(({ ctx, input }) => removeOrganization(ctx.deps, ctx.actor, input.organization)),
  putMember: managed
    .input(MemberRequest.extend({ ...ByName.shape, username: z.string() }))
    .output(Member)
    .mutation(({ ctx, input }) => putMember(ctx.deps, ctx.actor, input, input)),
  removeMember: named
    .input(ByName.extend({ username: z.string() }))
    .use(({ ctx: { deps, actor }, input, next }) => toldFirst(next(), () => managedMember(deps, actor, input)))
    .mutation(({ ctx, input }) => removeMember(ctx.deps, ctx.actor, input)),
});
