import { getAgentPackage } from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { fileRoute, type Http } from '../../platform/http/index.ts';
import type { PublishedPackages } from './published.ts';

/** The file of what is offered, for agents. */
export const agentPackageRoutes = (http: Http, { packages }: { packages: PublishedPackages }): void => {
  fileRoute(http, getAgentPackage, async ({ params }) => {
    const chunks = await packages.read(params.sha256);
    if (!chunks) throw new NotFound('agent package', params.sha256);
    return { name: `gatehouse-agent-${params.sha256.slice(0, 12)}.package`, type: 'application/octet-stream', chunks };
  });
};
