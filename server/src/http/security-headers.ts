const policy = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data: blob: https:",
  "media-src": "'self' blob: https:",
  "font-src": "'self'",
  "connect-src": "'self'",
  "worker-src": "'self'",
  "form-action": "'self'",
  "base-uri": "'none'",
  "frame-ancestors": "'none'",
  "object-src": "'none'",
};

/**
 * The headers of every response.
 *
 * @param uploadOrigins where the browser may put bytes beside the server itself
 */
export function securityHeaders(uploadOrigins: readonly string[] = []): Readonly<Record<string, string>> {
  const directives = { ...policy, "connect-src": [policy["connect-src"], ...uploadOrigins].join(" ") };
  const contentSecurityPolicy = Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
  return { "content-security-policy": contentSecurityPolicy, ...others };
}

const others = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** Tells browsers that came by https to come by nothing else for a year. */
export const strictTransport = "max-age=31536000";
