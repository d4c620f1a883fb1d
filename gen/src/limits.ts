const KiB = 1024;
const MiB = 1024 * KiB;
const seconds = 1000;
const minutes = 60 * seconds;

/**
 * Every number that hosts, server and dashboard must agree on. Sizes are bytes, spans are milliseconds.
 * Errors quote them, and `docs/` lists them.
 */
export const limits = {
  /** The protocol levels that this package speaks. */
  protocol: { min: 1, max: 1 },

  /** One message on any stream or in any request. */
  messageBytes: 4 * MiB,
  /** What an answer holds, and what the parameters of a run hold: the messages that carry them on say more beside. */
  answerBytes: 3 * MiB,
  /** Messages of one type inside one another, such as lists in lists: 25 levels of a value, or 25 causes of a failure. */
  nesting: 25,
  /**
   * Messages inside one another that readers take. It is far more than `nesting` allows, so that what is nested too deeply can be refused by
   * name, and what was stored before there was a limit can still be read.
   */
  readDepth: 1000,
  /** Characters of an id that a caller chooses: of a request, tab, subscription or host process. */
  idLength: 200,
  /** Characters of the path of an action or page. */
  routePath: 1000,
  /** Digits of a whole number: the time to read or write one grows faster than its length. */
  decimalDigits: 10_000,
  /** Faults that a refusal lists; it says how many more there are. */
  faults: 100,
  /** Stored files that one answer may name. */
  answerFiles: 1000,
  /** The headers of one request, and the address it is made to. */
  headerBytes: 16 * KiB,
  /** What a component is asked for while it is on screen. */
  fetchBytes: 64 * KiB,
  /** One frame of a host's stream. */
  frameBytes: 1 * MiB,
  /** A batch of frames closes at this size. */
  batchBytes: 256 * KiB,
  /** What a run may have sent and not yet had acknowledged. */
  runCredit: { frames: 256, bytes: 1 * MiB },
  /** What an accepted answer says of the options, rows and items chosen; more becomes an asset. */
  chosenBytes: 512 * KiB,
  /** A component or result above this becomes an asset. */
  inlineBytes: 256 * KiB,
  /** What the calls and choices of a run may have inline in all, before smaller ones become assets too: its state is one message. */
  runInlineBytes: 2 * MiB,
  /** What stays inline of a text of a component that becomes an asset, in characters. */
  inlineText: 1000,
  /** What is kept of a text that a program throws, or that one of its validators refuses with, in characters. */
  thrownText: 10_000,
  /** What tells options, rows and items apart, in characters: answers name what was chosen by it. */
  choiceKeyLength: 10_000,
  /** The greatest whole number that a prop may be, such as `maxLength`. */
  maxInt32: 2 ** 31 - 1,
  /** Warnings that the developer gets of one component. */
  componentWarnings: 20,
  /** What identifies a call, component, group or step, with the sections around it, in characters. */
  keyLength: 1000,
  /** An address that leads somewhere, in characters. */
  addressLength: 64 * KiB,
  /** What a host says of a refused answer: so many field errors, and so many characters of text in all. */
  refusal: { errors: 100, text: 100_000 },
  /** What is kept of an error with its stack, its causes and theirs: so many errors, and so many characters in all. */
  failure: { errors: 20, text: 200_000 },
  /** Promises of a run that were made and not awaited: so many are remembered at a time, and so many are told at its end. */
  unusedPromises: { remembered: 1000, told: 20 },
  /** What waits for one slow viewer before it has to subscribe again. */
  viewerQueueBytes: 1 * MiB,
  /** One page of any list, and one update of a list that is watched; one entry always fits. */
  listBytes: 1 * MiB,
  /** A log line above this is listed by its beginning, and returned whole by `GetLogLine`. */
  logLineBytes: 4 * KiB,
  /** What is listed of an action's name, in characters. */
  listedName: 200,
  /** What is listed of a faulty file of routes, in characters: its name, the message, the stack. */
  listedFault: { file: 300, message: 1000, stack: 4000 },
  /** Events that a viewer is sent after a loss; one that has missed more is sent the state. */
  catchUpEvents: 500,
  /** Subscriptions of one watch, and ids of former ones that it remembers. */
  watchSubscriptions: 1000,
  /** Characters of a subscription's id. */
  subscriptionId: 100,

  /** Every stream says something this often, both ways. */
  heartbeatIntervalMs: 3 * seconds,
  /** A peer that was silent for this long is lost. */
  heartbeatTimeoutMs: 9 * seconds,
  /** How long a host waits for its welcome over HTTP/2 before it tries HTTP/1.1. */
  welcomeMs: 5 * seconds,
  /** How long a host may be away before operators are told. */
  hostAwayNoticeMs: 2 * seconds,
  /** How long a run waits for a host that may still be alive: it has said no goodbye, and its program was not started again. */
  hostGraceMs: 10 * minutes,
  /** How long a run waits for its host once the host's program was started again. */
  hostGoneMs: 60 * seconds,
  /** How long a durable run waits for its host before another one takes it; a host that is there is back at once. */
  takeOverMs: 1 * seconds,
  /**
   * How long a durable program that is executed again may do nothing of what its run has recorded, while it waits for something else, before it has
   * diverged: `nextMs` where one thing came after the other, `togetherMs` where several were in progress at once.
   */
  replay: { nextMs: 2 * seconds, togetherMs: 10 * seconds },
  /** How long the driver of a run has to say no to somebody who asks for it. */
  handoverMs: 10 * seconds,
  /** How long a driver may be away before anybody else is given the run at once. */
  driverAwayMs: 30 * seconds,
  /** How long a server that stops waits for open work. */
  drainMs: 10 * minutes,
  /** How long a run that a person has started goes on without a viewer, unless it is durable or backgroundable. */
  abandonedRunMs: 5 * minutes,
  /** How long a host may clean up after a cancel before the server ends the run. */
  cancelCleanUpMs: 30 * seconds,
  /** How long a unary call may wait for a run to ask something or end. */
  waitMs: 60 * seconds,
  /** How long a host may take to answer a fetch. */
  fetchMs: 30 * seconds,
  /** How long the dashboard and hosts wait for the answer to a request: longer than anything that the server itself waits for on their behalf. */
  requestMs: 45 * seconds,
  /** How long what a run shows is kept up to date after its end. */
  shownAfterEndMs: 30 * minutes,
  /** A page or table is read again at most this often. */
  refreshMs: 1 * seconds,
  /** How often runs and assets that nobody needs any more are looked for. */
  cleanUpMs: 60 * minutes,
  /** How long a finished run is kept. */
  runRetentionMs: 90 * 24 * 60 * minutes,
  /** The fold of a run is stored every so many events. */
  snapshotEvents: 500,

  /** A person's given or family name, in characters. */
  nameLength: 100,
  /** What a run may log: bytes in all, per second in the long run, and at once. */
  logs: { runBytes: 100 * MiB, bytesPerSecond: 1 * MiB, burstBytes: 16 * MiB },
  /** What a host may offer: routes, bytes of one of them, and of all. */
  catalog: { routes: 5000, routeBytes: 64 * KiB, bytes: 2 * MiB },
  /** Hosts that are attached to one environment, or to one person's development. */
  hostsPerEnvironment: 200,
  /** How long a route stays listed, offline, after its last host has left; and how many of those an environment remembers. */
  departedRouteMs: 7 * 24 * 60 * minutes,
  departedRoutes: 5000,
  /** What a host says of itself, in characters: the name of its program, and its directory. */
  hostName: 100,
  hostDirectory: 500,
  /** Routes that are named where two programs offer the same. */
  clashPaths: 20,
  /** Files of routes that a host tells of as faulty. */
  routeFaults: 50,
  /** What is kept of the text of such a fault, in characters. */
  routeFaultText: { message: 500, stack: 2000 },
  /** Personal development keys of one person in one organization. */
  personalKeys: 50,
  /** Characters of a key's label. */
  keyLabel: 100,

  /** Entries on a page of any list. */
  pageSize: { default: 50, max: 200 },
  /** What a run is found by, in characters: of one text its beginning, of one event, and of the whole run. A search has as many as a text. */
  search: { text: 200, eventText: 1000, runText: 4000 },
  /** Actions and people that a list of runs offers to filter by. */
  runFacets: 2000,
  /** Rows on a page of a table. */
  tablePageSize: { default: 20, vertical: 5, max: 100 },
  /** Points of a chart: its rows times its series. */
  chartPoints: 5000,
  /** Rows of a spreadsheet. */
  spreadsheetRows: 5000,
  /** How far clocks are from UTC at most, in seconds. Of all zones ever, Manila's was furthest: 15:56 behind, until 1844. */
  utcOffsetSeconds: 16 * 60 * 60,
  /** The moments that inputs of days and times start with or are bounded by: the years 1 to 9999, and a day around them for zones beside UTC. */
  momentMs: { first: -62_135_683_200_000, last: 253_402_387_199_999 },
  /** Rows that select-all may take over fetched data. */
  selectAllRows: 100_000,
  /** Fetched rows that a host remembers of a table to select from; the least recently shown are asked for again. */
  rememberedRows: 100_000,
  /** What one fetch of a CSV file returns: at most so much, or what there was after so long. */
  csvPage: { bytes: 512 * KiB, ms: 2 * seconds },
  /** A file, unless the program says less. */
  fileBytes: 5 * 1024 * MiB,
  /** An asset that a host puts: an image, a video, a large prop. */
  hostAssetBytes: 50 * MiB,
  /** What a client sends of a file in one request, so that little is sent again after a loss. */
  uploadChunkBytes: 8 * MiB,
  /** What the uploads of one run may take. */
  runUploads: { files: 1000, bytes: 50 * 1024 * MiB },
  /** What the uploads of one person or API key may take in an organization. */
  personUploads: { files: 5000, bytes: 200 * 1024 * MiB },
  /** What all assets of an organization may take. */
  organizationUploads: { files: 100_000, bytes: 2 * 1024 * 1024 * MiB },
  /** After how long without bytes what was announced of an upload, and has not come, no longer counts. */
  idleUploadMs: 60 * minutes,
  /** How long an upload may go without being submitted. */
  unsubmittedUploadMs: 24 * 60 * minutes,
  /** An upload brings at least so many bytes in so much time, or its request is ended. The client goes on with another one. */
  uploadMinimum: { bytes: 64 * KiB, withinMs: 60 * seconds },
  /** How long a signed address of a stored asset is good. */
  signedAddressMs: 60 * minutes,

  /**
   * Reconnecting: at once, then doubling from `firstMs` to `soonMs`, so that a server which restarts is found at once, and after `soonAttempts`
   * attempts every `maxMs`. Each pause is cut by up to half at random. Pauses start over once a connection has lasted `goodMs`.
   */
  backoff: { firstMs: 250, soonMs: 1 * seconds, soonAttempts: 80, maxMs: 10 * seconds, goodMs: 9 * seconds },

  /** What the server's port grants to those who connect to it. */
  http: {
    /** How long one message of a request may take to arrive, its headers aside. */
    messageMs: 30 * seconds,
    /** The body of a request that is open to everybody, such as signing in. */
    openBodyBytes: 16 * KiB,
    /** Such requests that are open at once: bytes and requests of one address, and bytes in all. */
    openBodies: { each: 256 * KiB, all: 8 * MiB, requests: 100 },
    /** RPCs that are open at once: bytes of bodies, and requests with streams among them, of one person or key, and bytes in all. */
    bodies: { each: 32 * MiB, all: 256 * MiB, requests: 1000 },
    /**
     * How callers share the server's thread. Reading a message adds the square of the milliseconds that it took to what its caller owes, `mostMs` at
     * most. A caller who owes more than `creditMs` waits while another one is active: has sent a message within `workingMs`, and owes less.
     */
    turns: { creditMs: 2 * seconds, mostMs: 5 * seconds, workingMs: 60 * seconds },
    /** How long a client that is still sending may take to read why that is in vain. */
    lingerMs: 2 * seconds,
    /** How long a connection may stand still in the middle of a request or an answer. */
    standstillMs: 2 * minutes,
    /** How long an HTTP/2 connection may have no request open. */
    idleMs: 2 * minutes,
    /** Connections of one address, unless it is a trusted proxy's, and in all. */
    connections: { each: 1000, all: 10_000 },
    /** Requests that one HTTP/2 connection may have open at once. */
    streams: 256,
    /** What one HTTP/2 connection may hold in memory. */
    sessionBytes: 10 * MiB,
    /** Requests that a client may reset at once, and further ones per second, before its HTTP/2 connection is ended. */
    resets: { burst: 1000, perSecond: 33 },
    /** PING and SETTINGS frames of one HTTP/2 connection, before it is ended: so many in so much time. */
    controlFrames: { count: 200, withinMs: 10 * seconds },
  },

  /**
   * Attempts to sign in: so many at once, and one more every so often. With a password they count for the address, for the account, and for
   * both together; an address that has signed in to an account within `knownMs` does not count for the account.
   */
  signIn: {
    perAddress: { burst: 30, everyMs: 10 * seconds },
    perAccount: { burst: 10, everyMs: 60 * seconds },
    perBoth: { burst: 5, everyMs: 30 * seconds },
    perAddressLinks: { burst: 20, everyMs: 3 * seconds },
    knownMs: 90 * 24 * 60 * minutes,
    /** Passwords that are hashed at once, attempts that wait for that, and when others may come back. */
    hashing: { atOnce: 2, waiting: 50 },
    busyMs: 5 * seconds,
  },

  /** How long a sign-in link is good. */
  signInLinkMs: 15 * minutes,
} as const;
