// Generated from packages/client/openapi.json by `pnpm generate`. Do not edit.
export interface paths {
    "/accounts/{uuid}/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect the initial password of an account, once
         * @description Erases it here and answers it; nobody gets it a second time. Whoever loses the answer resets the password in the directory. A password that nobody collects is erased after 30 days.
         *
         *     For the roles upstream, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The user's id: `USER_NEISPUO_PERSIST.sysUserId` in the result of its completed run. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CollectCredentialInput"];
                };
            };
            responses: {
                /** @description The only time that it is told. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InitialCredential"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Gone */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/unfinished": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts that were begun and led to no user
         * @description Names that are reserved, without a live run and without a user: the run failed or was cancelled. Those that wait longest come first. A page may hold fewer than `limit` although there are more: go on with `nextCursor` until it is null. Replay the last run, or release the name. Whoever is shown people by it is noted in the audit log.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextCursor` of the page before. */
                    cursor?: string;
                    limit?: number;
                    /**
                     * @description Only those whose name was reserved before this time.
                     * @example 2026-09-01T00:00:00Z
                     */
                    olderThan?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UnfinishedAccountList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/unfinished/{personId}/{kind}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up the name that was reserved for an account that was never made
         * @description Looks for the name in the directory for eight minutes; if nothing of ours is there, burns it and erases its password. After that the person can have an account of another kind. Follow the run at `Location`; asked again, the same run is answered.
         *
         *     For the roles operator, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    kind: "student" | "teacher";
                    /**
                     * @description Id of the register, kept exactly (leading zeros count).
                     * @example 0100231
                     */
                    personId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReleaseReservationInput"];
                };
            };
            responses: {
                /** @description The run that gives the name up. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the alerts of the fleet
         * @description What a person must look at, or had to: newest first. A rule that is broken for long enough makes one alert per process, schedule, worker or outside system, until it is kept again for long enough. The same is sent to the webhook, if one is set.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextCursor` of the page before. */
                    cursor?: string;
                    limit?: number;
                    /** @example backlog */
                    rule?: string;
                    /** @description Only those that stand, or only those that are over. */
                    state?: "open" | "resolved";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AlertList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change when a job runs, and with which settings
         * @description Lasts, over restarts and for every instance; a run that is going keeps what it began with. Needs `If-Match`. Answers the next five fire times and a sentence, so that a mistake is seen at once; what cannot be is refused with 400, naming the field.
         *
         *     For the roles admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the configuration that was seen. */
                    "if-match"?: string;
                };
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["EditJobInput"];
                };
            };
            responses: {
                /** @description As it stands from now on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobConfig"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Precondition Required */
                428: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/cron/{job}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the configuration of a job, each value with its source
         * @description For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobConfig"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/{job}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Keep the clock from starting a job
         * @description Lasts, over restarts and for every instance. A run that is going goes on; `stop` pauses it.
         *
         *     For the roles admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["JobOrderInput"];
                };
            };
            responses: {
                /** @description As it stands from now on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobConfig"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/cron/{job}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Let the clock start a job
         * @description Lasts, over restarts and for every instance.
         *
         *     For the roles admin.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["EnableJobInput"];
                };
            };
            responses: {
                /** @description As it stands from now on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobConfig"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/cron/{job}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the run of a job go on, or start one
         * @description For this run only: whether the clock starts the next one, `enable` and `disable` say. A run that rests, or was asked to, goes on from its cursor; where none is going, one begins.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["JobOrderInput"];
                };
            };
            responses: {
                /** @description Begun, or on its way again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunBegun"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/{job}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause the run of a job
         * @description For this run only: the clock goes on as `enable` and `disable` say. It rests behind the batch that is just being written, with its cursor; `start` lets it go on, and after seven days it fails.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["JobOrderInput"];
                };
            };
            responses: {
                /** @description It rests, or will. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunBegun"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/{job}/ticks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the due times of a job, and what became of each
         * @description Newest first. Go on with `nextBefore` until it is null.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description The `nextBefore` of the page before.
                     * @example 2026-09-01T00:00:00Z
                     */
                    before?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobTicks"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/{job}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a job now
         * @description Answers at once: follow the run at `Location`. One run of a job goes at a time in the whole fleet; while one does, it is answered with 409 and nothing is begun.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The name of a job.
                     * @example userStatusSync
                     */
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["TriggerJobInput"];
                };
            };
            responses: {
                /** @description Begun. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunBegun"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is all there that the jobs need?
         * @description Asks SQL, Redis and the workers now; of the registration service it tells what the latest health check found.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CronHealth"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs of the jobs, newest first
         * @description Those that the ledger still keeps. Go on with `nextCursor` until it is null.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextCursor` of the page before. */
                    cursor?: string;
                    /** @example userStatusSync */
                    job?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a run of a job: its counters, its configuration and its history
         * @description For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRun"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a run apply its changes although they are more than its limits allow
         * @description Look at its items first. What the registrations say by now is looked up again before anything is applied.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobRunAnswerInput"];
                };
            };
            responses: {
                /** @description Ordered. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a run
         * @description Honoured behind the batch that is just being written. What was applied stays applied.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobRunOrderInput"];
                };
            };
            responses: {
                /** @description Ordered. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the changes and findings of a run, account by account
         * @description In the order of the userIds, page by page; go on with `nextAfter` until it is null. What agreed with its registration leaves no item.
         *
         *     As CSV it is the whole list in one file: of a dry run, the differences that a real one would remove.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextAfter` of the page before. */
                    after?: string;
                    /** @description csv: all of it as a file, as with `Accept: text/csv`. */
                    format?: "json" | "csv";
                    limit?: number;
                    outcome?: "pending" | "applied" | "conflicted" | "failed" | "noted" | "refused" | "notApplied";
                };
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The items. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SyncItemList"];
                        "text/csv": string;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a run
         * @description It rests behind the batch that is just being written, with its cursor. Asking twice changes nothing.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobRunOrderInput"];
                };
            };
            responses: {
                /** @description Ordered. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep a run from applying its changes
         * @description It ends, and changes nothing.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobRunAnswerInput"];
                };
            };
            responses: {
                /** @description Ordered. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/runs/{uuid}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a run go on that rests, or was asked to
         * @description From its cursor. What was decided before the rest is looked up again before it is applied.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["JobRunAnswerInput"];
                };
            };
            responses: {
                /** @description Ordered. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["JobRunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cron/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show every job: when it runs, and how its runs went
         * @description For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CronStatus"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/registrations/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Be told of a registration that has changed
         * @description For the registration service, which signs its deliveries as the Standard Webhooks say; its key is the signature. The account follows by the same rules as in the sync, within seconds. A delivery that came before is refused with 409, which its sender counts as delivered.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The delivery’s own id: a second one with the same is refused. */
                    "webhook-id"?: string;
                    /** @description v1 and the HMAC-SHA256 of id, timestamp and body; several with blanks between. */
                    "webhook-signature"?: string;
                    /** @description When it was signed, in seconds since 1970; not more than five minutes ago. */
                    "webhook-timestamp"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RegistrationPushInput"];
                };
            };
            responses: {
                /** @description Taken: the run that lets the account follow. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PushTaken"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/azure-data-sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List runs, newest first
         * @description Every filter narrows; the canary, by which the fleet looks at itself, is listed by its name only. Go on with `nextCursor` until it is null. An upstream system sees its own runs only. Whoever lists runs of people is noted in the audit log.
         *
         *     For the roles upstream, service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description List the archive instead. It takes no filter but personId, schoolId, groupUuid, createdFrom, createdTo. */
                    archived?: boolean;
                    /**
                     * @description From this time on.
                     * @example 2026-09-01T00:00:00Z
                     */
                    createdFrom?: string;
                    /**
                     * @description Before this time.
                     * @example 2026-09-01T00:00:00Z
                     */
                    createdTo?: string;
                    /** @description The `nextCursor` of the page before. */
                    cursor?: string;
                    errorCode?: string;
                    groupUuid?: string;
                    limit?: number;
                    personId?: string;
                    /** @example account-create */
                    process?: string;
                    schoolId?: string;
                    /** @example FAILED */
                    state?: string;
                    status?: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RunList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/azure-data-sync/{uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at one run, with its history
         * @description An upstream system sees the runs that it asked for. Runs that ended long ago come from the archive. Whoever is shown a person by it is noted in the audit log.
         *
         *     For the roles upstream, service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Run"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/azure-data-sync/{uuid}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a run that is under way
         * @description Honoured before the next try of its state; work under way is not interrupted. Asking twice changes nothing. Runs of the jobs at /api/cron are for those who administer jobs.
         *
         *     For the roles operator, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CancelInput"];
                };
            };
            responses: {
                /** @description Marked for cancelling. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/azure-data-sync/{uuid}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a failed or cancelled run again
         * @description Runs of the jobs at /api/cron, and runs that replay such, are for those who administer jobs.
         *
         *     For the roles operator, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The run's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplayInput"];
                };
            };
            responses: {
                /** @description The run, on its way again under a new version. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RunSummary"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{groupUuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how far the runs of one request have come
         * @description For the roles upstream, service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    groupUuid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Group"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is this process alive? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "live";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can this instance take work? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
                /** @description SQL cannot be reached. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Readiness"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what happens to all runs
         * @description Events of the last hour, two seconds after they happened, without what was sent and received. A page may hold fewer events than `limit` although there are more: go on with `nextCursor`, which stays the same while nothing happens.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextCursor` of the page before. Left out: the newest events of the last hour. */
                    after?: string;
                    /** @description Only events that carry an error code. */
                    errors?: boolean;
                    limit?: number;
                    /** @example account-create */
                    process?: string;
                    /** @example POLL_USER_CREATE */
                    state?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FleetEventList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports, newest first
         * @description Go on with `nextCursor` until it is null. An upstream system sees its own imports only.
         *
         *     For the roles upstream, service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextCursor` of the page before. */
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ImportList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Ask for the accounts of a whole file
         * @description Each row is judged alone, by the rules of /student-create and /teacher-create, and an invalid one refuses only itself; see the result row by row at `Location`.
         *
         *     A fault of the file as a whole refuses it all, names the row, and leaves nothing behind. One import is one group.
         *
         *     For the roles upstream, service, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /**
                     * @description Makes a repetition harmless for 30 days: the same key with the same body begins nothing and answers the same uuids with their state of today.
                     * @example 7c1e2f9a-roster-2026-09-01
                     */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            /** @description A CSV of 1 to 50,000 rows and 50 MB, in UTF-8, delimited by commas or semicolons: the body itself, or a form's only field "file". */
            requestBody: {
                content: {
                    "multipart/form-data": string | {
                        /** Format: binary */
                        file: string;
                    };
                    "text/csv": string | {
                        /** Format: binary */
                        file: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ImportAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how far an import has come
         * @description An upstream system sees its own imports.
         *
         *     For the roles upstream, service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The import's id. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See the result of an import, row by row
         * @description In the order of the file, page by page; go on with `nextAfter` until it is null.
         *
         *     As CSV it is the whole result in one file: the columns as they were sent, and behind them `row`, `result`, `errors` and `username`. Correct it and send it again as it is.
         *
         *     For the roles upstream, service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextAfter` of the page before. */
                    after?: number;
                    /** @description csv: the whole result as a file, as with `Accept: text/csv`. */
                    format?: "json" | "csv";
                    limit?: number;
                    /** @description One or more of pending, invalid, refused, started, joined, separated by commas. */
                    outcome?: string;
                };
                header?: never;
                path: {
                    /** @description The import's id. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rows. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ImportRows"];
                        "text/csv": string;
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description Asks for a key like everything that tells how much work there is: give Prometheus one of the role reader.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description In the text format. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organisation-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the accounts of organisations
         * @description In the order of the userIds. Go on with `nextAfter` until it is null.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextAfter` of the page before. */
                    after?: string;
                    limit?: number;
                    /**
                     * @description Only those that were not compared with their registration for so long, or never.
                     * @example 24h
                     */
                    notVerifiedFor?: string;
                    status?: "pending_registration" | "active" | "suspended" | "closed";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrganisationAccountList"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make the account of an organisation known
         * @description It waits for its registration from then on, and follows it.
         *
         *     For the roles upstream, service, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewOrganisationAccountInput"];
                };
            };
            responses: {
                /** @description Known. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrganisationAccount"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organisation-accounts/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the account of an organisation, and what has become of it over time
         * @description For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @example 6512bd43d9caa6e02c990b0a */
                    userId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrganisationAccountWithTimeline"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/organisation-accounts/{userId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set the status of an account by hand
         * @description A suspension stands against every registration until a person lifts it, and against the other sources until they name it; it ends the sessions of the user, by a run that is begun in the same transaction. Any other status stands until the registration has news.
         *
         *     For the roles admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag of the account that was seen. Without it: whatever stands. */
                    "if-match"?: string;
                };
                path: {
                    /** @example 6512bd43d9caa6e02c990b0a */
                    userId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SetAccountStatusInput"];
                };
            };
            responses: {
                /** @description As it stands now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrganisationAccount"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Precondition Failed */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/persons/{personId}/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See all that is kept of a person
         * @description One document, section by section, each with why it is kept and for how long. Initial passwords are never part of it. It is noted in the audit log, with the reason, before it is answered.
         *
         *     For the roles operator, admin.
         */
        get: {
            parameters: {
                query: {
                    /**
                     * @description Kept in the audit log. Name no people in it.
                     * @example The school was missing in the directory; it is there now.
                     */
                    reason: string;
                };
                header?: never;
                path: {
                    /**
                     * @description Id of the register, kept exactly (leading zeros count).
                     * @example 0100231
                     */
                    personId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PersonData"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Erase a person
         * @description Deletes person, users, roles and credentials, and empties runs, histories and import rows; nothing remains that leads back to the person but their id in the audit log. Usernames stay taken. Asked again, it is answered with what is kept.
         *
         *     For the roles admin.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description Id of the register, kept exactly (leading zeros count).
                     * @example 0100231
                     */
                    personId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ErasePersonInput"];
                };
            };
            responses: {
                /** @description Erased. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PersonErased"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay every failed run that a filter names
         * @description First with `dryRun`, which only counts; then with the `expectedCount` that it told. The order is refused (409) if another number is meant by now.
         *
         *     Runs of the jobs at /api/cron are for those who administer jobs: the order of anybody else that means any is refused (403).
         *
         *     Follow it at `Location`; cancel it as the run that it is, at `POST /azure-data-sync/{uuid}/cancel`.
         *
         *     For the roles operator, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /**
                     * @description Makes a repetition harmless for 30 days: the same key with the same body begins nothing and answers the same uuids with their state of today.
                     * @example 7c1e2f9a-roster-2026-09-01
                     */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplayOrderInput"];
                };
            };
            responses: {
                /** @description The dry run: what would be replayed. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReplayCount"];
                    };
                };
                /** @description Begun. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReplayBegun"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replays/{uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an order to replay, and what became of its runs
         * @description For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The order's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReplayView"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/replays/{uuid}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the runs of an order to replay, with what became of each
         * @description In the order of their uuids. Go on with `nextAfter` until it is null.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextAfter` of the page before. */
                    after?: string;
                    limit?: number;
                    outcome?: "pending" | "replayed" | "refused";
                };
                header?: never;
                path: {
                    /** @description The order's uuid. */
                    uuid: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReplayItems"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the outside systems, and which of them are closed
         * @description A resource closes by itself when errors are everybody’s (credentials, permissions, quotas), or by an operator.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            resources: components["schemas"]["Resource"][];
                        };
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resources/{name}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep the whole fleet away from an outside system, or from all work
         * @description Work that needs it waits, without spending attempts, until somebody reopens it. The resource `fleet` is what all work needs: while it is closed, requests are accepted, and workers finish what they have in hand and take up nothing new.
         *
         *     For the roles operator, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example graph */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CloseResourceInput"];
                };
            };
            responses: {
                /** @description Closed. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Resource"];
                    };
                };
                /** @description Closed in the ledger. Redis is away; workers learn of it once it is back. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Resource"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resources/{name}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the fleet use an outside system, or work at all, again
         * @description What waited for it gets the lost time back. Reopening one that is open changes nothing.
         *
         *     For the roles operator, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @example graph */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReopenResourceInput"];
                };
            };
            responses: {
                /** @description Open. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Resource"];
                    };
                };
                /** @description Open in the ledger. Redis is away; workers learn of it once it is back. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Resource"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not Found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how the whole fleet stands
         * @description Its backlog, what failed in the last day, what is closed, and which workers live.
         *
         *     For the roles service, reader, operator, admin.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FleetStatus"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/student-create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the accounts of students
         * @description Writes the request down and answers before the work is done; follow it at `Location`. One request is one group.
         *
         *     A person whose account is being created already is answered with that run (200); a person with a live account is refused (409).
         *
         *     An array answers with one result per item: 202 if at least one run was begun, 200 if none was, 422 if every item is invalid.
         *
         *     For the roles upstream, service, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /**
                     * @description Makes a repetition harmless for 30 days: the same key with the same body begins nothing and answers the same uuids with their state of today.
                     * @example 7c1e2f9a-roster-2026-09-01
                     */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            /** @description One person, or an array of 1 to 1,000 persons. An invalid item of an array refuses only itself. */
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StudentCreateInput"] | components["schemas"]["StudentCreateInput"][];
                };
            };
            responses: {
                /** @description Nothing new was begun. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountAnswer"] | components["schemas"]["AccountsAnswer"];
                    };
                };
                /** @description Begun. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountAnswer"] | components["schemas"]["AccountsAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teacher-create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the accounts of teachers
         * @description Writes the request down and answers before the work is done; follow it at `Location`. One request is one group.
         *
         *     A person whose account is being created already is answered with that run (200); a person with a live account is refused (409).
         *
         *     An array answers with one result per item: 202 if at least one run was begun, 200 if none was, 422 if every item is invalid.
         *
         *     For the roles upstream, service, admin.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /**
                     * @description Makes a repetition harmless for 30 days: the same key with the same body begins nothing and answers the same uuids with their state of today.
                     * @example 7c1e2f9a-roster-2026-09-01
                     */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            /** @description One person, or an array of 1 to 1,000 persons. An invalid item of an array refuses only itself. */
            requestBody: {
                content: {
                    "application/json": components["schemas"]["TeacherCreateInput"] | components["schemas"]["TeacherCreateInput"][];
                };
            };
            responses: {
                /** @description Nothing new was begun. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountAnswer"] | components["schemas"]["AccountsAnswer"];
                    };
                };
                /** @description Begun. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountAnswer"] | components["schemas"]["AccountsAnswer"];
                    };
                };
                /** @description Bad Request */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unauthorized */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Conflict */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Payload Too Large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unsupported Media Type */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Unprocessable Entity */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Service Unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The run that works on the request. */
        AccountAnswer: {
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            groupUuid: string;
            /** @example RESERVE_USERNAME */
            state: string;
            /**
             * @example new
             * @enum {string}
             */
            status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            uuid: string;
        };
        AccountItemAnswer: {
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            groupUuid?: string;
            /** @description Place in the array that was sent. */
            index: number;
            problem?: components["schemas"]["Problem"];
            /**
             * @example new
             * @enum {string}
             */
            runStatus?: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            /** @example RESERVE_USERNAME */
            state?: string;
            /**
             * @description 202 begun, 200 under way already, 409 or 422 refused.
             * @example 202
             */
            status: number;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            uuid?: string;
        };
        /** @description One result per item, in the order in which they were sent. */
        AccountsAnswer: {
            /**
             * @description The group of the runs that were begun; left out where none was.
             * @example 0199a1f4-5c00-7000-8000-00000000a001
             */
            groupUuid?: string;
            results: components["schemas"]["AccountItemAnswer"][];
        };
        AccountTimelineEntry: {
            /** Format: date-time */
            at: string;
            change: {
                action: string;
                actor: string;
                details: {
                    [key: string]: unknown;
                };
                reason: string;
            } | null;
            /**
             * @description change: a row of the audit log; syncItem: what a sync run decided.
             * @enum {string}
             */
            kind: "change" | "syncItem";
            syncItem: {
                /** @enum {string} */
                action: "update" | "hold" | "skip" | "finding";
                /** @description Null where nothing is to change. */
                after: {
                    [key: string]: unknown;
                } | null;
                attempt: number;
                before: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                decidedAt: string;
                errorCode: string | null;
                /**
                 * @description noted: nothing is to be applied, as in every dry run. refused: an approval of its run was refused. notApplied: its run was cancelled or failed before; a replay of it takes it up again.
                 * @enum {string}
                 */
                outcome: "pending" | "applied" | "conflicted" | "failed" | "noted" | "refused" | "notApplied";
                /** @description The code’s sentence. */
                reason: string;
                /** @example MAP_REJECTED */
                reasonCode: string;
                /** @description As the registration service told it. */
                registration: {
                    [key: string]: unknown;
                } | null;
                runUuid: string;
                settledAt: string | null;
                userId: string;
            } | null;
        };
        Alert: {
            firedAt: string | null;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            id: string;
            /**
             * Format: date-time
             * @description When the value was last too high to be clear.
             * @example 2026-09-01T07:30:00.000Z
             */
            lastSeenAt: string;
            /** @description Null while it stands. */
            resolvedAt: string | null;
            /** @example backlog */
            rule: string;
            /**
             * @description Where it stands what to do about it.
             * @example docs/alerts.md#backlog
             */
            runbook: string;
            /**
             * @description critical: somebody must look now.
             * @enum {string}
             */
            severity: "critical" | "warning";
            /**
             * Format: date-time
             * @description Since when the rule is broken.
             * @example 2026-09-01T07:30:00.000Z
             */
            startedAt: string;
            /**
             * @description A process, a schedule, a worker or an outside system.
             * @example account-create
             */
            subject: string;
            /** @example 1200 runs of account-create wait to be worked. */
            summary: string;
            /**
             * @description The value above which it fires.
             * @example 1000
             */
            threshold: number;
            /**
             * @description As it was seen last.
             * @example 1200
             */
            value: number;
        };
        AlertList: {
            alerts: components["schemas"]["Alert"][];
            /** @description Where the next page begins; null on the last one. */
            nextCursor: string | null;
        };
        CancelInput: {
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        CloseResourceInput: {
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        CollectCredentialInput: {
            /**
             * @description Required of an admin. Kept in the audit log.
             * @example The school was missing in the directory; it is there now.
             */
            reason?: string;
        };
        CronHealth: {
            /** Format: date-time */
            askedAt: string;
            /** @description The latest run of the job healthCheck that came to an answer: it asks sql, redis, registrations from a worker. */
            lastCheck: {
                /** Format: date-time */
                at: string;
                healthy: boolean;
                parts: {
                    redis: {
                        errorCode: string | null;
                        ok: boolean;
                        tookMs: number;
                    };
                    registrations: {
                        errorCode: string | null;
                        ok: boolean;
                        tookMs: number;
                    };
                    sql: {
                        errorCode: string | null;
                        ok: boolean;
                        tookMs: number;
                    };
                };
                runUuid: string;
            } | null;
            /** @description Asked just now. */
            redis: {
                /** @enum {string} */
                status: "healthy" | "unhealthy" | "unknown";
                tookMs: number | null;
            };
            /** @description What the latest health check found; unknown where that is too long ago. */
            registrations: {
                askedAt: string | null;
                errorCode: string | null;
                /** @description Whether the schedule healthCheck is enabled. While it is not, nobody asks, and no alert says that nobody does. */
                isWatched: boolean;
                /** @enum {string} */
                status: "healthy" | "unhealthy" | "unknown";
            };
            /** @description Asked just now. */
            sql: {
                /** @enum {string} */
                status: "healthy" | "unhealthy" | "unknown";
                tookMs: number | null;
            };
            /**
             * @description healthy only where every part was asked, and answered.
             * @enum {string}
             */
            status: "healthy" | "unhealthy" | "unknown";
            workers: {
                /** @description Workers that have not been heard of for too long. */
                silent: string[];
                /** @enum {string} */
                status: "healthy" | "unhealthy" | "unknown";
            };
        };
        CronStatus: {
            jobs: components["schemas"]["Job"][];
            /**
             * @description running while a worker-sync beats, which rings the bells; silent: none is heard of.
             * @enum {string}
             */
            managerStatus: "running" | "silent";
            runningJobs: number;
            totalJobs: number;
        };
        EditJobInput: {
            /**
             * @description Five fields: minute, hour, day of month, month, day of week.
             * @example 0 *\/3 * * *
             */
            cron?: string;
            /**
             * Format: uuid
             * @description For accountCleanup, where it is enabled, and olderThanDays changes or a limit is raised: the dry run whose differences you have seen.
             */
            dryRun?: string;
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
            /**
             * @description The job’s own settings, as its configuration names them; those left out stay.
             * @example {
             *       "batchSize": 25
             *     }
             */
            settings?: {
                [key: string]: unknown;
            };
            /** @example Europe/Sofia */
            timeZone?: string;
        };
        /** @description May be left out, but for accountCleanup; the reason is then recorded as "none given". */
        EnableJobInput: {
            /**
             * Format: uuid
             * @description For accountCleanup: the dry run whose differences you have seen. Not older than seven days, with the settings of today.
             */
            dryRun?: string;
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason?: string;
        } | null;
        ErasePersonInput: {
            /**
             * @description You have seen to it that no account of the person stands in the directory. Needed while one stands here, or was begun and never finished.
             * @constant
             */
            accountsRemoved?: true;
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        FleetEvent: {
            attempt: number;
            /** @description How many looks a not_yet row stands for. */
            count: number | null;
            /** Format: date-time */
            createdAt: string;
            durationMs: number | null;
            errorCode: string | null;
            id: string;
            operationType: string;
            /** @description Null where the run is gone already. */
            process: string | null;
            runUuid: string;
            state: string;
            /** @enum {string} */
            status: "success" | "failed" | "not_yet" | "superseded" | "note";
            version: number;
        };
        FleetEventList: {
            /** @description Oldest first. */
            events: components["schemas"]["FleetEvent"][];
            /** @description Hand it in as `after` to learn what came later. Null where nothing has happened. */
            nextCursor: string | null;
        };
        FleetStatus: {
            /** Format: date-time */
            at: string;
            /** @description Runs that are not at their end, by process and state. */
            backlog: {
                count: number;
                /**
                 * Format: date-time
                 * @description Since when the oldest of them stands in this state.
                 */
                oldestSince: string;
                process: string;
                state: string;
                /** @enum {string} */
                status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            }[];
            failures: {
                counts: {
                    count: number;
                    errorCode: string | null;
                    process: string;
                }[];
                /** Format: date-time */
                since: string;
            };
            resources: components["schemas"]["Resource"][];
            /** @description Null where Redis cannot be asked. */
            workers: {
                alive: {
                    instance: string;
                    jobsInHand: number;
                    /** Format: date-time */
                    lastBeatAt: string;
                    loopLagMs: number;
                    /** Format: date-time */
                    startedAt: string;
                    worker: string;
                }[];
                /** @description Workers of which no process beats. */
                missing: string[];
                /** @description The worker that beats and takes no jobs: the canary is stuck with it. */
                silent: {
                    /** Format: date-time */
                    since: string;
                    state: string;
                    worker: string;
                } | null;
            } | null;
        };
        Group: {
            byStatus: {
                [key: string]: number;
            };
            counts: {
                completion: ("full" | "partial") | null;
                count: number;
                state: string;
                /** @enum {string} */
                status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            }[];
            groupUuid: string;
            /** @description Where its runs are listed. */
            runs: string;
            /** @description Runs that the request began, and those that they began. */
            total: number;
        };
        Import: {
            /** @description Null while the file is being received. */
            acceptedAt: string | null;
            /** @description As they were sent. */
            columns: string[];
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            createdAt: string;
            /**
             * @description The group of its runs: the id.
             * @example 0199a1f4-5c00-7000-8000-00000000a001
             */
            groupUuid: string;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            id: string;
            invalid: number;
            links: {
                csv: string;
                group: string;
                rows: string;
                runs: string;
            };
            /** @description How many rows came to what. */
            outcomes: {
                invalid: number;
                joined: number;
                pending: number;
                refused: number;
                started: number;
            };
            requestedBy: string;
            /** @description How many accounts came to what. */
            results: {
                cancelled: number;
                failed: number;
                imported: number;
                invalid: number;
                partial: number;
                refused: number;
                running: number;
                unknown: number;
                waiting: number;
            };
            rows: number;
            /** @description The import's own run. */
            run: {
                errorCode: string | null;
                state: string;
                /** @enum {string} */
                status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
                /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
                uuid: string;
            } | null;
            /**
             * @description receiving: the file is not accepted yet. starting: its rows are being turned into runs. running: all are begun, and some are under way. done: nothing is under way. stopped: the import's own run failed or was cancelled while rows were waiting; an operator replays it.
             * @enum {string}
             */
            status: "receiving" | "starting" | "running" | "done" | "stopped";
        };
        /** @description The file was taken. */
        ImportAnswer: {
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            groupUuid: string;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            id: string;
            invalid: number;
            rows: number;
            /**
             * @description receiving: the file is not accepted yet. starting: its rows are being turned into runs. running: all are begun, and some are under way. done: nothing is under way. stopped: the import's own run failed or was cancelled while rows were waiting; an operator replays it.
             * @enum {string}
             */
            status: "receiving" | "starting" | "running" | "done" | "stopped";
        };
        ImportList: {
            imports: components["schemas"]["ImportSummary"][];
            /** @description Where the next page begins; null on the last one. */
            nextCursor: string | null;
        };
        ImportRow: {
            errorCode: string | null;
            /** @description Every cell that is wrong, up to 20. */
            errors: {
                /** @example birthDate */
                path: string;
                /** @example must be a date of the calendar, written YYYY-MM-DD */
                reason: string;
                /** @description The value's shape, never the value. */
                received: string;
            }[];
            /** @description Why it came to nothing, or not to all that it asked for. */
            message: string | null;
            /** @enum {string} */
            outcome: "pending" | "invalid" | "refused" | "started" | "joined";
            personId: string | null;
            /**
             * @description What has become of the account that it asks for.
             * @enum {string}
             */
            result: "waiting" | "running" | "imported" | "partial" | "failed" | "cancelled" | "refused" | "invalid" | "unknown";
            /** @description As Excel counts: the header is row 1. */
            rowNumber: number;
            /** @description The run that does its work, whoever began it. */
            run: {
                completion: ("full" | "partial") | null;
                errorCode: string | null;
                state: string;
                /** @enum {string} */
                status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
                /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
                uuid: string;
            } | null;
            schoolId: string | null;
        };
        ImportRows: {
            /** @description Where the next page begins; null on the last one. */
            nextAfter: number | null;
            rows: components["schemas"]["ImportRow"][];
        };
        ImportSummary: {
            /** @description Null while the file is being received. */
            acceptedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            createdAt: string;
            /**
             * @description The group of its runs: the id.
             * @example 0199a1f4-5c00-7000-8000-00000000a001
             */
            groupUuid: string;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            id: string;
            invalid: number;
            requestedBy: string;
            rows: number;
        };
        InitialCredential: {
            /** @description Kept nowhere any more. */
            initialPassword: string;
            sysUserId: string;
            /**
             * @description The local part.
             * @example gk75059414
             */
            username: string;
        };
        Job: {
            description: string;
            /** @description Whether the clock starts it. */
            enabled: boolean;
            /** @description Those of them that failed. */
            errorCount: number;
            /** @description Whether a worker has that run, or is about to. */
            isCurrentlyExecuting: boolean;
            /** @description Whether a run of it is going, resting ones included. */
            isRunning: boolean;
            /**
             * @description Changes that could not be applied, of the accounts that the latest 20 runs looked at; null where they looked at none.
             * @example 0.95
             */
            itemErrorRate: number | null;
            /** @description Of the latest run that has ended. */
            lastResult: components["schemas"]["JobResult"] | null;
            /** @description When the latest run began. */
            lastRun: string | null;
            lastRunUuid: string | null;
            /** @example userStatusSync */
            name: string;
            /** @description The next five; none while it is disabled. */
            nextFireTimes: string[];
            /** @description Those that did not do all of what was asked. */
            partialCount: number;
            /** @description Why that run rests, and since when. */
            paused: components["schemas"]["RunRest"] | null;
            /** @description Runs that the ledger still keeps; older ones are in the archive. */
            runCount: number;
            /** @description The run that is going. */
            runUuid: string | null;
            /**
             * @description Minute, hour, day of month, month, day of week.
             * @example 0 *\/2 * * *
             */
            schedule: string;
            /** @description What the schedule really means. */
            sentence: string;
            /**
             * @description All of the above in one word.
             * @enum {string}
             */
            state: "queued" | "running" | "pausing" | "paused" | "awaiting_approval" | "waiting_for_service" | "cancelling" | "idle" | "disabled";
            /** @description succeeded / (succeeded + partial + failed); null where no run has ended. */
            successRate: {
                /**
                 * @description Of the latest 20 runs.
                 * @example 0.95
                 */
                latestRuns: number | null;
                /**
                 * @description Of the runs of the last seven days.
                 * @example 0.95
                 */
                sevenDays: number | null;
            };
            /** @example UTC */
            timeZone: string;
            /** @description Of its settings; grows with every change. */
            version: number;
        };
        /** @description The configuration that the next run begins with. */
        JobConfig: {
            description: string;
            enabled: boolean;
            /** @example userStatusSync */
            name: string;
            /** @description The next five; also those that would come if it were enabled. */
            nextFireTimes: string[];
            /** @example user-status-sync */
            process: string;
            /** @example Fires at :00 of every hour, every day (UTC). */
            sentence: string;
            settings: {
                about: string;
                /** @description The variable that gives it its first value. */
                environment: string | null;
                /** @example batchSize */
                name: string;
                /**
                 * @description What an operator sets stays; the rest follows the release.
                 * @enum {string}
                 */
                source: "default" | "environment" | "operator";
                value: unknown;
            }[];
            /** Format: date-time */
            updatedAt: string;
            updatedBy: string;
            /** @description Also the ETag. Grows with every change. */
            version: number;
        };
        /** @description May be left out; the reason is then recorded as "none given". */
        JobOrderInput: {
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason?: string;
        } | null;
        JobResult: {
            /** @description Milliseconds from its beginning to its end, waiting for people included. */
            duration: number;
            /** @description Why the run failed as a whole. */
            errorCode: string | null;
            /** @description Changes that could not be applied; of a health check the parts that are ill. */
            errors: number;
            /** @description Accounts that were looked at; of a health check the parts that were asked. */
            processed: number;
            /** @description Whether all was done that was asked for: a partial or failed run is none. */
            success: boolean;
            updated: number;
        };
        JobRun: {
            batches: number | null;
            /** @description The configuration that it runs with, as it was when it began. */
            config: {
                [key: string]: unknown;
            };
            /** @description Null before it has looked at the first account, and for health checks. */
            counters: components["schemas"]["SyncCounters"] | null;
            /** @description It decides, and changes nothing. */
            dryRun: boolean;
            endedAt: string | null;
            errorCode: string | null;
            errorMessage: string | null;
            /** @description When its latest batch was written. */
            heartbeatAt: string | null;
            /** @description In the order in which it happened. */
            history: components["schemas"]["ObjectHistory"][];
            /** @example userStatusSync */
            job: string;
            /** @description The limits that it would pass: why it waits for an approval. */
            overruns: {
                changes: number;
                direction: string;
                limit: number;
            }[];
            /** @description Why it rests, and since when. */
            paused: components["schemas"]["RunRest"] | null;
            /** @description Null where the clock started it. */
            reason: string | null;
            /** @description What a health check found. */
            report: {
                healthy: boolean;
                parts: {
                    redis: {
                        errorCode: string | null;
                        ok: boolean;
                        tookMs: number;
                    };
                    registrations: {
                        errorCode: string | null;
                        ok: boolean;
                        tookMs: number;
                    };
                    sql: {
                        errorCode: string | null;
                        ok: boolean;
                        tookMs: number;
                    };
                };
            } | null;
            requestedBy: string;
            /**
             * @description Where it stands, or how it ended, in one word.
             * @enum {string}
             */
            stands: "queued" | "running" | "pausing" | "paused" | "awaiting_approval" | "waiting_for_service" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** Format: date-time */
            startedAt: string;
            /** @example DECIDE */
            state: string;
            /** @enum {string} */
            trigger: "schedule" | "manual";
            uuid: string;
            version: number;
        };
        JobRunAnswerInput: {
            /**
             * @description The `version` of the run that was seen. The answer is then for that stay alone: sent again it changes nothing, also where the run waits once more by then. Left out: for whatever the run waits for now.
             * @example 7
             */
            expectedVersion?: number;
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        JobRunBegun: {
            dryRun: boolean;
            job: string;
            state: string;
            status: string;
            uuid: string;
        };
        JobRunList: {
            /** @description Where the next page begins; null on the last one. */
            nextCursor: string | null;
            runs: components["schemas"]["JobRunSummary"][];
        };
        JobRunOrderInput: {
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        JobRunSummary: {
            /** @description Null before it has looked at the first account, and for health checks. */
            counters: components["schemas"]["SyncCounters"] | null;
            /** @description It decides, and changes nothing. */
            dryRun: boolean;
            endedAt: string | null;
            errorCode: string | null;
            errorMessage: string | null;
            /** @description When its latest batch was written. */
            heartbeatAt: string | null;
            /** @example userStatusSync */
            job: string;
            /** @description Why it rests, and since when. */
            paused: components["schemas"]["RunRest"] | null;
            /** @description Null where the clock started it. */
            reason: string | null;
            requestedBy: string;
            /**
             * @description Where it stands, or how it ended, in one word.
             * @enum {string}
             */
            stands: "queued" | "running" | "pausing" | "paused" | "awaiting_approval" | "waiting_for_service" | "cancelling" | "succeeded" | "partial" | "failed" | "cancelled";
            /** Format: date-time */
            startedAt: string;
            /** @example DECIDE */
            state: string;
            /** @enum {string} */
            trigger: "schedule" | "manual";
            uuid: string;
            version: number;
        };
        JobTicks: {
            /** @description Where the next page begins; null on the last one. */
            nextBefore: string | null;
            ticks: {
                /** Format: date-time */
                dueAt: string;
                /** Format: date-time */
                firedAt: string;
                /** @description Due times before this one that nobody was there to serve; it makes up for them. */
                missed: number;
                /**
                 * @description skipped: a run was still going.
                 * @enum {string}
                 */
                outcome: "started" | "skipped";
                /** @description The run that it began, or that was still going. */
                runUuid: string;
            }[];
        };
        NewOrganisationAccountInput: {
            /**
             * Format: uuid
             * @description The user’s object id in the directory, whose sessions end with a suspension.
             */
            azureId?: string;
            /** Format: email */
            email?: string;
            organizationName?: string;
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason?: string;
            /** @example ETH-2024-00017 */
            registrationNumber?: string;
            /**
             * @default organization
             * @enum {string}
             */
            type?: "individual" | "organization" | "admin";
            /** @example 6512bd43d9caa6e02c990b0a */
            userId: string;
        };
        ObjectHistory: {
            attempt: number;
            /** @description How many looks a not_yet row stands for. */
            count: number | null;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            createdAt: string;
            durationMs: number | null;
            errorCode: string | null;
            errorMessage: string | null;
            /** @example SUBMITTED_AZURE_USER_CREATE_REQUEST */
            operationType: string;
            /** @description What came back, without secrets. */
            receivedData: Record<string, never> | null;
            state: string;
            /** @enum {string} */
            status: "success" | "failed" | "not_yet" | "superseded" | "note";
            /** @description What was sent outside, without secrets. */
            submittedData: Record<string, never> | null;
            version: number;
        };
        OrganisationAccount: {
            /** @enum {string} */
            accountStatus: "pending_registration" | "active" | "suspended" | "closed";
            /** Format: date-time */
            createdAt: string;
            /** @description When it was last compared with its registration, whether they differed or not. */
            lastSyncAt: string | null;
            /** @description The registration’s status when it was last applied, as it was sent. */
            organizationStatus: string | null;
            registrationId: string | null;
            registrationNumber: string | null;
            registrationVersion: number | null;
            /** @description Sessions begun before are not valid any more. */
            sessionsValidFrom: string | null;
            /** Format: date-time */
            statusChangedAt: string;
            /** @description A reason code of the rules, or what a person wrote. */
            statusReason: string;
            /** @description The code’s sentence. */
            statusReasonText: string | null;
            /**
             * @description Who set the status. A suspension by admin, security or billing wins over any registration.
             * @enum {string}
             */
            statusSource: "registration_sync" | "realtime" | "admin" | "security" | "billing";
            /** @description Also the ETag. Grows with every change. */
            statusVersion: number;
            /** @enum {string} */
            type: "individual" | "organization" | "admin";
            /** @example 6512bd43d9caa6e02c990b0a */
            userId: string;
        };
        OrganisationAccountList: {
            accounts: components["schemas"]["OrganisationAccount"][];
            /** @description Where the next page begins; null on the last one. */
            nextAfter: string | null;
        };
        OrganisationAccountWithTimeline: {
            account: components["schemas"]["OrganisationAccount"];
            /** @description Newest first. */
            timeline: components["schemas"]["AccountTimelineEntry"][];
        };
        PersonData: {
            archivedRuns: {
                data: components["schemas"]["Run"][];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            auditRows: {
                data: {
                    action: string;
                    actor: string;
                    /** Format: date-time */
                    at: string;
                    details: Record<string, never>;
                    reason: string;
                    targetId: string;
                    targetType: string;
                }[];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            credentials: {
                data: {
                    collectedBy: string | null;
                    /** Format: date-time */
                    createdAt: string;
                    erasedAt: string | null;
                    erasedBecause: string | null;
                    kind: string;
                }[];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            /** Format: date-time */
            exportedAt: string;
            exportedBy: string;
            importRows: {
                data: {
                    /** @description By the columns of the file; null once erased. */
                    cells: Record<string, never> | null;
                    errorCode: string | null;
                    errors: unknown[];
                    /** Format: date-time */
                    importedAt: string;
                    importId: string;
                    outcome: string;
                    rowNumber: number;
                    runUuid: string | null;
                    schoolId: string | null;
                }[];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            person: {
                data: {
                    azureId: string | null;
                    /** Format: date */
                    birthDate: string;
                    /** Format: date-time */
                    createdAt: string;
                    firstName: string;
                    lastName: string;
                    middleName: string | null;
                    personId: string;
                    publicEduNumber: string | null;
                    /** Format: date-time */
                    updatedAt: string;
                } | null;
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            personId: string;
            reservations: {
                data: {
                    /** @description Whether it is still the person's. */
                    current: boolean;
                    kind: string;
                    /** Format: date-time */
                    reservedAt: string;
                    unfinishedSince: string | null;
                    username: string;
                }[];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            runs: {
                data: components["schemas"]["Run"][];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
            users: {
                data: {
                    /** Format: date-time */
                    createdAt: string;
                    deletedOn: string | null;
                    enrollmentStatus: string;
                    isAzureSynced: boolean;
                    isAzureUser: boolean;
                    roles: {
                        /** Format: date-time */
                        createdAt: string;
                        institutionId: string;
                        role: string;
                        sysRoleId: number;
                    }[];
                    runUuid: string;
                    sysUserId: string;
                    /** Format: date-time */
                    updatedAt: string;
                    username: string;
                }[];
                /** @description For how long. */
                kept: string;
                /** @description Why it is kept. */
                why: string;
            };
        };
        PersonErased: {
            /** @description Those that stood. Their counterparts in the directory are not ours to remove: see that they are gone. */
            accounts: {
                azureId: string | null;
                live: boolean;
                sysUserId: string;
                username: string;
            }[];
            /** @description How many rows were deleted or emptied. */
            erased: {
                archivedRuns: number;
                auditDetails: number;
                credentials: number;
                history: number;
                importRows: number;
                person: number;
                roles: number;
                runs: number;
                users: number;
            };
            /**
             * Format: date-time
             * @description Of the first time, where it was asked for before.
             */
            erasedAt: string;
            kept: {
                count: number;
                what: string;
                why: string;
            }[];
            personId: string;
        };
        /** @description RFC 9457 problem document. */
        Problem: {
            /**
             * @description For programs.
             * @example ACCOUNT_EXISTS
             */
            code: string;
            /** @description How many there are now. */
            count?: number;
            /** @description What is wrong with this very request. */
            detail: string;
            /** @description Every field that is wrong, up to 1,000. */
            errors?: {
                /** @example a date of the calendar, written YYYY-MM-DD */
                expected: string;
                /** @enum {string} */
                in: "body" | "query" | "path" | "header";
                /**
                 * @description The same, readable.
                 * @example [0].birthDate
                 */
                path: string;
                /**
                 * @description JSON Pointer into the body or, elsewhere, the name.
                 * @example /0/birthDate
                 */
                pointer: string;
                /** @example must be a date of the calendar, written YYYY-MM-DD */
                reason: string;
                /**
                 * @description The value's shape, never the value.
                 * @example string of 10 characters
                 */
                received: string;
            }[];
            /** @description How many more there are. */
            errorsOmitted?: number;
            /** @description As in the X-Request-Id header and in our log. */
            requestId?: string;
            /** @description The row of the file that is to blame, as Excel counts: the header is row 1. */
            row?: number;
            /** @example 409 */
            status: number;
            /** @description The live account that stands in the way. */
            sysUserId?: string;
            /**
             * @description The code's sentence.
             * @example This person has a live account already.
             */
            title: string;
            /**
             * @description One URI per code.
             * @example urn:rollcall:problem:account-exists
             */
            type: string;
            /** @description The run that stands in the way. */
            uuid?: string;
        };
        PushTaken: {
            state: string;
            status: string;
            uuid: string;
        };
        Readiness: {
            /** @enum {string} */
            database: "up" | "down";
            /** @enum {string} */
            redis: "up" | "down";
            /** @description Workers that have not been heard of for too long. */
            silentWorkers: string[];
            /**
             * @description degraded: work is taken, but Redis or workers are missing. unavailable: send nothing here.
             * @enum {string}
             */
            status: "ready" | "degraded" | "unavailable";
        };
        RegistrationPushInput: {
            data: {
                /** @example 01995d9a-0f4e-7c3e-9d6b-2f1f6d0c8a11 */
                registrationId: string;
                /** @description Null, or empty, while none was given. */
                registrationNumber: (string | "") | null;
                /**
                 * @description draft, submitted, under_review, clarification, approved, rejected, certified; or a newer word.
                 * @example approved
                 */
                status: string;
                /** Format: date-time */
                updatedAt: string;
                /** @example 6512bd43d9caa6e02c990b0a */
                userId: string;
                /** @description Grows with every change. */
                version: number;
            };
            /** @constant */
            type: "registration.changed";
        };
        ReleaseReservationInput: {
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        ReopenResourceInput: {
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        /** @description The run that replays the others; follow it at `Location`. */
        ReplayBegun: {
            count: number;
            uuid: string;
        };
        /** @description What an order would replay, with the 20 largest of each kind. */
        ReplayCount: {
            byErrorCode: {
                count: number;
                value: string | null;
            }[];
            byProcess: {
                count: number;
                value: string | null;
            }[];
            bySchool: {
                count: number;
                value: string | null;
            }[];
            /** @description By the state in which they ended. */
            byState: {
                count: number;
                value: string | null;
            }[];
            /** @description How many runs are meant: the `expectedCount` of the order. */
            count: number;
            /**
             * @description How many an order may mean at most.
             * @example 100000
             */
            limit: number;
            /** @description How many of them cannot begin in the state that they would be replayed from. */
            notReplayable: number;
            /** @description How many of them are runs of jobs, which only those may replay who administer jobs. */
            ofJobs: number;
        };
        /** @description Every field narrows, and there must be one besides the status. */
        ReplayFilter: {
            /**
             * Format: date-time
             * @description Asked for from this time on.
             * @example 2026-09-01T00:00:00Z
             */
            createdFrom?: string;
            /**
             * Format: date-time
             * @description Asked for before this time.
             * @example 2026-09-01T00:00:00Z
             */
            createdTo?: string;
            /** @example DIRECTORY_REFUSED_DATA */
            errorCode?: string;
            /**
             * Format: date-time
             * @description Ended from this time on.
             * @example 2026-09-01T00:00:00Z
             */
            failedFrom?: string;
            /**
             * Format: date-time
             * @description Ended before this time.
             * @example 2026-09-01T00:00:00Z
             */
            failedTo?: string;
            /** Format: uuid */
            groupUuid?: string;
            /** @example account-create */
            process?: string;
            schoolId?: string;
            /**
             * @description The state in which they ended.
             * @example AWAITING_USER_CREATE
             */
            state?: string;
            /**
             * @default failed
             * @enum {string}
             */
            status: "failed" | "cancelled";
        };
        /** @description Every field narrows, and there must be one besides the status. */
        ReplayFilterInput: {
            /**
             * Format: date-time
             * @description Asked for from this time on.
             * @example 2026-09-01T00:00:00Z
             */
            createdFrom?: string;
            /**
             * Format: date-time
             * @description Asked for before this time.
             * @example 2026-09-01T00:00:00Z
             */
            createdTo?: string;
            /** @example DIRECTORY_REFUSED_DATA */
            errorCode?: string;
            /**
             * Format: date-time
             * @description Ended from this time on.
             * @example 2026-09-01T00:00:00Z
             */
            failedFrom?: string;
            /**
             * Format: date-time
             * @description Ended before this time.
             * @example 2026-09-01T00:00:00Z
             */
            failedTo?: string;
            /** Format: uuid */
            groupUuid?: string;
            /** @example account-create */
            process?: string;
            schoolId?: string;
            /**
             * @description The state in which they ended.
             * @example AWAITING_USER_CREATE
             */
            state?: string;
            /**
             * @default failed
             * @enum {string}
             */
            status?: "failed" | "cancelled";
        };
        ReplayInput: {
            /** @description An earlier state that the process allows. Left out: where it ended. */
            fromState?: string;
            /**
             * @description Corrected fields of the input. Each replaces the stored one whole, null takes it away; the result must be valid input. Refused where the process does not let its input be corrected: jobs, pushed registrations and what follows from them.
             * @example {
             *       "schoolId": "2902418"
             *     }
             */
            input?: {
                [key: string]: unknown;
            };
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
        };
        ReplayItem: {
            at: string | null;
            detail: string | null;
            /** @example RUN_KEY_TAKEN */
            errorCode: string | null;
            /** @enum {string} */
            outcome: "pending" | "replayed" | "refused";
            /** @description As it stands today; null where it is no longer in the ledger. */
            run: {
                completion: ("full" | "partial") | null;
                errorCode: string | null;
                process: string;
                state: string;
                /** @enum {string} */
                status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
                uuid: string;
            } | null;
            runUuid: string;
        };
        ReplayItems: {
            items: components["schemas"]["ReplayItem"][];
            /** @description Where the next page begins; null on the last one. */
            nextAfter: string | null;
        };
        ReplayOrderInput: {
            /**
             * @description Only count.
             * @constant
             */
            dryRun?: true;
            /** @description What the dry run told. Refused (409) if it is another number by now. */
            expectedCount?: number;
            filter: components["schemas"]["ReplayFilterInput"];
            /** @description An earlier state that the process allows. Left out: each from where it ended. */
            fromState?: string;
            /**
             * @description Kept in the audit log. Mandatory unless `dryRun`. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason?: string;
        };
        ReplayView: {
            cancelRequestedAt: string | null;
            /** @description partial: some were refused. */
            completion: ("full" | "partial") | null;
            /** @description How many were ordered. */
            count: number;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            createdAt: string;
            errorCode: string | null;
            errorMessage: string | null;
            filter: components["schemas"]["ReplayFilter"];
            fromState: string | null;
            outcomes: {
                pending: number;
                refused: number;
                replayed: number;
            };
            reason: string;
            refusals: {
                count: number;
                errorCode: string;
            }[];
            /** @description Where the replayed runs stand today. `failed`: again. `gone`: no longer in the ledger. */
            replayedNow: {
                cancelled: number;
                completed: number;
                failed: number;
                gone: number;
                live: number;
            };
            requestedBy: string;
            /** @description How many are written down so far. */
            selected: number;
            /** @example REPLAY_ITEMS */
            state: string;
            /** @enum {string} */
            status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            updatedAt: string;
            uuid: string;
        };
        Resource: {
            /** @description Whether the whole fleet leaves it alone until it is reopened; `fleet`: takes up no work at all. */
            closed: boolean;
            closure: {
                cause: string;
                /** Format: date-time */
                closedAt: string;
                closedBy: string;
                /** @example DIRECTORY_FORBIDDEN */
                errorCode: string;
            } | null;
            /** @example graph */
            name: string;
        };
        Run: {
            /** @description Since when it stands in the archive, where it can only be looked at. */
            archivedAt: string | null;
            attempt: number;
            cancelRequestedAt: string | null;
            /** @description How much of what was asked a completed run achieved. */
            completion: ("full" | "partial") | null;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            createdAt: string;
            /** @description When it is next worked; null once it has ended. */
            dueAt: string | null;
            errorCode: string | null;
            errorMessage: string | null;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            groupUuid: string;
            /** @description What the caller asked for. */
            inputArgs: Record<string, never>;
            lastOperationStatus: ("success" | "failed") | null;
            /** @description In the order in which it happened. */
            objectHistory: components["schemas"]["ObjectHistory"][];
            personId: string | null;
            pollingUuid: string | null;
            priority: number;
            /** @example account-create */
            process: string;
            requestedBy: string;
            /** @description What the successful operations brought, by state. */
            resultObject: Record<string, never>;
            schoolId: string | null;
            /** @example POLL_USER_CREATE */
            state: string;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            stateSince: string;
            /** @enum {string} */
            status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            /** @example CREATE_NEISPUO_STUDENT */
            type: string;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            updatedAt: string;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            uuid: string;
            version: number;
        };
        RunList: {
            /** @description Where the next page begins; null on the last one. */
            nextCursor: string | null;
            runs: components["schemas"]["RunSummary"][];
        };
        RunRest: {
            /** @description PAUSED_BY_OPERATOR, OVER_LIMIT, or the error code of what does not answer. */
            code: string;
            /** Format: date-time */
            since: string;
        };
        RunSummary: {
            /** @description Since when it stands in the archive, where it can only be looked at. */
            archivedAt: string | null;
            attempt: number;
            cancelRequestedAt: string | null;
            /** @description How much of what was asked a completed run achieved. */
            completion: ("full" | "partial") | null;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            createdAt: string;
            /** @description When it is next worked; null once it has ended. */
            dueAt: string | null;
            errorCode: string | null;
            errorMessage: string | null;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            groupUuid: string;
            lastOperationStatus: ("success" | "failed") | null;
            personId: string | null;
            pollingUuid: string | null;
            priority: number;
            /** @example account-create */
            process: string;
            requestedBy: string;
            schoolId: string | null;
            /** @example POLL_USER_CREATE */
            state: string;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            stateSince: string;
            /** @enum {string} */
            status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
            /** @example CREATE_NEISPUO_STUDENT */
            type: string;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            updatedAt: string;
            /** @example 0199a1f4-5c00-7000-8000-00000000a001 */
            uuid: string;
            version: number;
        };
        SetAccountStatusInput: {
            /**
             * @description Whose hold ends with it, where another source than `source` has suspended or closed the account. Without it that is 409.
             * @enum {string}
             */
            lifts?: "admin" | "security" | "billing";
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason: string;
            /**
             * @description On whose behalf. A suspension by any of them wins over the registration.
             * @enum {string}
             */
            source: "admin" | "security" | "billing";
            /**
             * @description pending_registration hands the account back to its registration, which only the source admin does.
             * @enum {string}
             */
            status: "pending_registration" | "active" | "suspended" | "closed";
        };
        StudentCreateInput: {
            /**
             * Format: date
             * @description From 1900-01-01 to today (UTC).
             * @example 2015-02-28
             */
            birthDate: string;
            /**
             * @description The classes to join; an empty list for none.
             * @example [
             *       "771204",
             *       "771205"
             *     ]
             */
            classIds: string[];
            /**
             * @description Any script; NFC, without white space at its ends.
             * @example Елица
             */
            firstName: string;
            /**
             * @description The student's grade.
             * @example 5
             */
            grade: string;
            /**
             * @description Any script; NFC, without white space at its ends.
             * @example Елица
             */
            lastName: string;
            /**
             * @description Any script; NFC, without white space at its ends.
             * @example Елица
             */
            middleName?: string;
            /**
             * @description Id of the register, kept exactly (leading zeros count).
             * @example 0100231
             */
            personId: string;
            /**
             * @description The register's number of the school.
             * @example 2902418
             */
            schoolId: string;
        };
        /** @description How many accounts came to what. */
        SyncCounters: {
            applied: number;
            conflicted: number;
            failed: number;
            findings: number;
            fromActive: number;
            held: number;
            inDoubt: number;
            notRegistered: number;
            scanned: number;
            skippedManual: number;
            skippedUnknown: number;
            stale: number;
            toActive: number;
            toChange: number;
            toClosed: number;
            toPending: number;
            toSuspended: number;
            unchanged: number;
        };
        SyncItem: {
            /** @enum {string} */
            action: "update" | "hold" | "skip" | "finding";
            /** @description Null where nothing is to change. */
            after: {
                [key: string]: unknown;
            } | null;
            attempt: number;
            before: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            decidedAt: string;
            errorCode: string | null;
            /**
             * @description noted: nothing is to be applied, as in every dry run. refused: an approval of its run was refused. notApplied: its run was cancelled or failed before; a replay of it takes it up again.
             * @enum {string}
             */
            outcome: "pending" | "applied" | "conflicted" | "failed" | "noted" | "refused" | "notApplied";
            /** @description The code’s sentence. */
            reason: string;
            /** @example MAP_REJECTED */
            reasonCode: string;
            /** @description As the registration service told it. */
            registration: {
                [key: string]: unknown;
            } | null;
            settledAt: string | null;
            userId: string;
        };
        SyncItemList: {
            items: components["schemas"]["SyncItem"][];
            /** @description Where the next page begins; null on the last one. */
            nextAfter: string | null;
        };
        TeacherCreateInput: {
            /**
             * Format: date
             * @description From 1900-01-01 to today (UTC).
             * @example 2015-02-28
             */
            birthDate: string;
            /**
             * @description The classes to join; an empty list for none.
             * @example [
             *       "771204",
             *       "771205"
             *     ]
             */
            classIds: string[];
            /**
             * @description Any script; NFC, without white space at its ends.
             * @example Елица
             */
            firstName: string;
            /**
             * @description Any script; NFC, without white space at its ends.
             * @example Елица
             */
            lastName: string;
            /**
             * @description Any script; NFC, without white space at its ends.
             * @example Елица
             */
            middleName?: string;
            /**
             * @description Id of the register, kept exactly (leading zeros count).
             * @example 0100231
             */
            personId: string;
            /**
             * @description The teacher's positions.
             * @example [
             *       "Teacher of mathematics"
             *     ]
             */
            positions?: string[];
            /**
             * @description The register's number of the school.
             * @example 2902418
             */
            schoolId: string;
        };
        /** @description May be left out; the reason is then recorded as "none given". */
        TriggerJobInput: {
            /**
             * @description Decide on every account and change none; see the differences in its items.
             * @default false
             */
            dryRun?: boolean;
            /**
             * @description Kept in the audit log. Name no people in it.
             * @example The school was missing in the directory; it is there now.
             */
            reason?: string;
        } | null;
        UnfinishedAccount: {
            /** @enum {string} */
            kind: "student" | "teacher";
            /** @description The newest run of account-create for this person and kind; null once it is archived. */
            lastRun: {
                errorCode: string | null;
                state: string;
                /** @enum {string} */
                status: "new" | "in_progress" | "polling" | "waiting" | "failed" | "completed" | "cancelled";
                /**
                 * Format: date-time
                 * @example 2026-09-01T07:30:00.000Z
                 */
                updatedAt: string;
                uuid: string;
            } | null;
            personId: string;
            /** @description The run that is giving the name up. */
            releaseUuid: string | null;
            /**
             * Format: date-time
             * @example 2026-09-01T07:30:00.000Z
             */
            reservedAt: string;
            /** @description The reserved local part. An account may stand under it in the directory. */
            username: string;
        };
        UnfinishedAccountList: {
            accounts: components["schemas"]["UnfinishedAccount"][];
            /** @description Where the next page begins; null on the last one. */
            nextCursor: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
