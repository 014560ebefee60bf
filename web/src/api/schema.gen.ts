// Made of the document with SHA-256 f9d5399338f1ec2fff9b6da28060116e37111d375e79d05c9701adbb09d68cd7. DO NOT EDIT.
export interface paths {
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the audit trail
         * @description The newest entries come first. All conditions have to hold.
         */
        get: operations["list-audit-entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the chain of hashes from its first entry
         * @description Reads the whole trail: some seconds for a million entries.
         */
        get: operations["verify-audit-trail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an entry, with values before and after */
        get: operations["get-audit-entry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/browser-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List browser sessions that have not ended */
        get: operations["list-browser-sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/browser-sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a browser session */
        delete: operations["end-browser-session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search departments
         * @description In order of creation.
         */
        get: operations["list-departments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search groups
         * @description In order of creation.
         */
        get: operations["list-groups"];
        put?: never;
        /** Create a group */
        post: operations["create-group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a group */
        get: operations["get-group"];
        put?: never;
        post?: never;
        /**
         * Remove a group
         * @description Its members stay, and are in it no longer.
         */
        delete: operations["delete-group"];
        options?: never;
        head?: never;
        /**
         * Change a group
         * @description Fields that are absent stay as they are.
         */
        patch: operations["update-group"];
        trace?: never;
    };
    "/groups/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a group */
        get: operations["list-group-members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}/members/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a person into a group
         * @description Harmless twice.
         */
        put: operations["add-group-member"];
        post?: never;
        /** Take a person out of a group */
        delete: operations["remove-group-member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List identity providers */
        get: operations["list-identity-providers"];
        put?: never;
        /**
         * Add an identity provider
         * @description The preset fills in what is usual for Microsoft Entra ID, AD FS, Okta or Google; settings that are given win.
         */
        post: operations["create-identity-provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an identity provider */
        get: operations["get-identity-provider"];
        /** Set everything that administrators decide about an identity provider */
        put: operations["replace-identity-provider"];
        post?: never;
        /**
         * Delete an identity provider and whom it knows
         * @description The people stay; what its rules gave them goes.
         */
        delete: operations["delete-identity-provider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the last attempts to sign in with it, newest first */
        get: operations["list-sign-in-attempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trust a certificate */
        post: operations["add-identity-provider-certificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/certificates/{fingerprint}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Trust a certificate no longer */
        delete: operations["remove-identity-provider-certificate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List whom it knows */
        get: operations["list-identities"];
        put?: never;
        /** Say whom one of its subjects is */
        post: operations["register-identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/identities/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forget whom one of its subjects is */
        post: operations["remove-identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take over addresses and certificates from metadata */
        post: operations["import-identity-provider-metadata"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/identity-providers/{id}/metadata/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at the metadata now */
        post: operations["refresh-identity-provider-metadata"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuer-links/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a link */
        delete: operations["unlink-person"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List token issuers */
        get: operations["list-issuers"];
        put?: never;
        /** Add a token issuer */
        post: operations["create-issuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a token issuer */
        get: operations["get-issuer"];
        put?: never;
        post?: never;
        /** Delete a token issuer and its links */
        delete: operations["delete-issuer"];
        options?: never;
        head?: never;
        /** Change a token issuer */
        patch: operations["update-issuer"];
        trace?: never;
    };
    "/issuers/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who is linked */
        get: operations["list-issuer-links"];
        put?: never;
        /** Link a subject of the issuer to a person */
        post: operations["link-person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetch the keys of an issuer now */
        post: operations["refresh-issuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/key-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List key groups */
        get: operations["list-key-groups"];
        put?: never;
        /** Create a key group */
        post: operations["create-key-group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/key-groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a key group */
        get: operations["get-key-group"];
        /**
         * Change a key group
         * @description Its keys follow within two seconds.
         */
        put: operations["replace-key-group"];
        post?: never;
        /** Delete a key group that has no keys */
        delete: operations["delete-key-group"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List REST API keys */
        get: operations["list-keys"];
        put?: never;
        /**
         * Create a REST API key
         * @description The key itself, which guides call the Reference ID, is in this answer alone.
         */
        post: operations["create-key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a REST API key */
        get: operations["get-key"];
        put?: never;
        post?: never;
        /** Delete a REST API key */
        delete: operations["delete-key"];
        options?: never;
        head?: never;
        /**
         * Switch a REST API key on or off
         * @description That of a disabled app registration stays off.
         */
        patch: operations["update-key"];
        trace?: never;
    };
    "/keys/{id}/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a REST API key
         * @description The new key has the settings of the old one, which goes on for the grace, and is as enabled. The new key is in this answer alone. One that has expired has no successor.
         */
        post: operations["rotate-key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pick lists
         * @description In order of their names, on one page.
         */
        get: operations["list-lists"];
        put?: never;
        /** Make a pick list */
        post: operations["create-list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lists/{list}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a pick list with its values */
        get: operations["get-list"];
        /**
         * Change a pick list
         * @description All values in their order. One that records hold is removed only with force=true: they keep it. To keep it from being chosen, make it inactive.
         */
        put: operations["replace-list"];
        post?: never;
        /** Delete a pick list that no field uses */
        delete: operations["delete-list"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lists/{list}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count the records that hold each value
         * @description May read all records of the objects that use the list.
         */
        get: operations["get-list-usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search locations
         * @description In order of creation.
         */
        get: operations["list-locations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the mail server and how full the outbox is */
        get: operations["get-mail"];
        /**
         * Name the mail server
         * @description A password that is left out stays, as long as the server, the way to it and the user stay: nobody gets it sent elsewhere. A server that is named here is reached at public addresses and in private networks that whoever runs the program allows.
         */
        put: operations["set-mail"];
        post?: never;
        /**
         * Forget the mail server
         * @description No e-mail is sent from then on.
         */
        delete: operations["delete-mail"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what waits to be sent or could not be, newest first
         * @description The newest 200 of either, on one page.
         */
        get: operations["list-outbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/outbox/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Give an e-mail up
         * @description It stays in the journal of its record.
         */
        delete: operations["drop-outbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/outbox/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try to send an e-mail now */
        post: operations["retry-outbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mail/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message and say what became of it
         * @description Takes as long as the server does, 30 s at the most. That it was not sent is no error of the request.
         */
        post: operations["test-mail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List business objects
         * @description In order of their names, on one page.
         */
        get: operations["list-objects"];
        put?: never;
        /**
         * Make a business object
         * @description All of a definition is checked before anything changes; errors[].field says where a problem is.
         */
        post: operations["create-object"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply definitions of several objects and lists, all or nothing
         * @description Takes what `provost object apply` takes. With the tag of a validation in If-Match, it is refused where something else has changed since.
         */
        post: operations["apply-objects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what definitions would change, and what is wrong with them
         * @description Takes what `provost object apply` takes. Nothing is changed.
         */
        post: operations["validate-objects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the definition of a business object */
        get: operations["get-object"];
        /**
         * Change a business object by its whole definition
         * @description All of a definition is checked before anything changes; errors[].field says where a problem is. Fields that are left out are removed. Stock fields cannot be. Relationships, searches and actions stay where their keys are absent.
         */
        put: operations["replace-object"];
        post?: never;
        /**
         * Delete a business object of your own with all its records
         * @description confirm is the object's name. Without it, the refusal says how many records would go.
         */
        delete: operations["delete-object"];
        options?: never;
        head?: never;
        /**
         * Change single keys of a definition
         * @description What is absent stays.
         */
        patch: operations["update-object"];
        trace?: never;
    };
    "/objects/{object}/actions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add or change a quick action */
        put: operations["put-action"];
        post?: never;
        /** Remove a quick action */
        delete: operations["delete-action"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a field
         * @description At the end. The way to add fields of your own to objects that came with the program too.
         */
        post: operations["create-field"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}/fields/{field}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a field of your own
         * @description Its values are no longer shown, and its name stays bound to its type.
         */
        delete: operations["delete-field"];
        options?: never;
        head?: never;
        /**
         * Change a field
         * @description A JSON merge patch (RFC 7396) of the field: what is absent stays, null removes. Name and type stay as they are.
         */
        patch: operations["update-field"];
        trace?: never;
    };
    "/objects/{object}/priority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove the priority matrix */
        delete: operations["delete-priority-rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}/relationships/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add or change a relationship */
        put: operations["put-relationship"];
        post?: never;
        /** Remove a relationship with its pairs */
        delete: operations["delete-relationship"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}/search-preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a search would find
         * @description For whoever asks: '$Me' is the caller.
         */
        post: operations["preview-search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}/searches/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add or change a saved search */
        put: operations["put-search"];
        post?: never;
        /** Remove a saved search */
        delete: operations["delete-search"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/objects/{object}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove the status rule */
        delete: operations["delete-status-rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/org-units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search organisational units
         * @description In order of creation.
         */
        get: operations["list-org-units"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search people
         * @description In order of creation. All conditions have to hold.
         */
        get: operations["list-people"];
        put?: never;
        /**
         * Create a person who may sign in
         * @description The link to set a password is in this answer and nowhere else.
         */
        post: operations["create-person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a person */
        get: operations["get-person"];
        put?: never;
        post?: never;
        /**
         * Remove a person and all that belongs to the account
         * @description Roles, password and sessions go with the person, keys and registrations that act for them stop counting; records that name them stay.
         */
        delete: operations["delete-person"];
        options?: never;
        head?: never;
        /**
         * Change a person
         * @description Fields that are absent stay as they are. Login, e-mail address and ways to sign in are a way in as somebody else: they take the proof of create-person, and a registration needs a role that administers.
         */
        patch: operations["update-person"];
        trace?: never;
    };
    "/people/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a person sign in again */
        post: operations["activate-person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a person a break-glass administrator
         * @description For the day on which nobody else gets in: an account that always may sign in at /login/local. It has to be active, sign in with a password or passkey, hold a role that administers, and have a second factor; 409 break_glass_unfit says what is missing. Until the mark is removed none of that can be taken from it, nor the account be deactivated or removed (409 break_glass_kept). The other administrators are told of each of its sign-ins. Harmless twice.
         */
        put: operations["set-break-glass"];
        post?: never;
        /** Make a break-glass administrator an ordinary one */
        delete: operations["remove-break-glass"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/browser-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End all browser sessions of a person */
        delete: operations["end-browser-sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep a person out
         * @description Ends all sessions of the person; keys that act for them stop counting.
         */
        post: operations["deactivate-person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the second factors of a person */
        get: operations["get-factors"];
        put?: never;
        post?: never;
        /**
         * Remove all second factors of a person, and end the sessions
         * @description For somebody who lost them. Where the policy wants a second factor, the next sign-in sets one up.
         */
        delete: operations["reset-factors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the groups a person is in */
        get: operations["list-groups-of-person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a person a link to set a password by e-mail
         * @description It works once, for 24 hours, in place of earlier ones. Nothing is sent to somebody without an e-mail address, or where the tenant has no mail server.
         */
        post: operations["invite-person"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/may": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether a person may do something, and why */
        get: operations["ask-rights-of-person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what a person may do, role by role */
        get: operations["get-rights-of-person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the roles a person holds */
        get: operations["list-roles-of-person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a person a role
         * @description Harmless twice.
         */
        put: operations["grant-role"];
        post?: never;
        /** Take a role from a person */
        delete: operations["revoke-role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/setup-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new link to set a password
         * @description For one use within 24 hours. Earlier links of the person stop working.
         */
        post: operations["create-setup-link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the teams of a person */
        get: operations["list-teams-of-person"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registration-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what may be registered */
        get: operations["list-registration-types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List app registrations
         * @description Newest first. No secret is in any list.
         */
        get: operations["list-registrations"];
        put?: never;
        /**
         * Register an application
         * @description The values to copy into the application are in panel, with their captions. The secret is in this answer alone.
         */
        post: operations["create-registration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registrations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an app registration */
        get: operations["get-registration"];
        put?: never;
        post?: never;
        /**
         * Delete an app registration for good
         * @description It authenticates nobody from then on, and its tokens end.
         */
        delete: operations["delete-registration"];
        options?: never;
        head?: never;
        /**
         * Change an app registration
         * @description Disabling it and taking scopes away end its tokens; other changes do not.
         */
        patch: operations["update-registration"];
        trace?: never;
    };
    "/registrations/{id}/credentials/{credential}": {
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
        /** Change label or end of a credential */
        patch: operations["update-registration-credential"];
        trace?: never;
    };
    "/registrations/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add public keys for private_key_jwt */
        post: operations["add-registration-key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registrations/{id}/keys/{credential}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a public key */
        delete: operations["revoke-registration-key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registrations/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a client secret, or rotate
         * @description With grace_seconds the new secret replaces another, which goes on for so long. The secret is in this answer alone.
         */
        post: operations["add-registration-secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registrations/{id}/secrets/{credential}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a client secret
         * @description It gets no more tokens, and those it got are dead within five seconds. The last credential that works needs confirm.
         */
        delete: operations["revoke-registration-secret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/registrations/{id}/token-revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all tokens of an app registration */
        post: operations["revoke-registration-tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/role-objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the objects that rights may name */
        get: operations["list-role-objects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/role-objects/{object}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the fields of an object that a role may hide or keep from writing */
        get: operations["get-role-object"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List roles
         * @description In order of their names.
         */
        get: operations["list-roles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a role with its rights */
        get: operations["get-role"];
        /**
         * Make a role, or replace its definition
         * @description Objects and fields have to exist. Admin and InternalServices cannot be changed. With If-None-Match: * a role is made and none replaced. What would leave nobody to administer the tenant is refused.
         */
        put: operations["put-role"];
        post?: never;
        /**
         * Remove a role that nobody holds
         * @description Roles that came with the program stay.
         */
        delete: operations["delete-role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{name}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a role would allow if it were defined so
         * @description Nothing is stored. What put-role would refuse of the definition is refused.
         */
        post: operations["preview-role"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roles/{name}/rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what a role allows, with all it includes */
        get: operations["get-rights-of-role"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/saml-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new key for our SAML messages
         * @description The old one stays in our metadata, and decrypts, until it is removed.
         */
        post: operations["rotate-saml-key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/saml-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an old SAML key */
        delete: operations["remove-saml-key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show where SCIM is served, and how many it keeps */
        get: operations["get-scim"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List provisioned groups and the roles they give */
        get: operations["list-scim-groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/groups/{id}/role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the role that the members of a group get
         * @description Those who are in it get it at once; who leaves loses it, unless it was given in another way too. A role that administers needs may_grant_admin.
         */
        put: operations["set-scim-group-role"];
        post?: never;
        /**
         * Let a group give no role any more
         * @description What it gave is taken back.
         */
        delete: operations["clear-scim-group-role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What becomes of people whom an identity provider removes, and with whom they sign in */
        get: operations["get-scim-policy"];
        /**
         * Say what becomes of people whom an identity provider removes, and with whom they sign in
         * @description It counts from the next removal and sign-in on. What was erased does not come back.
         */
        put: operations["set-scim-policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tokens for provisioning */
        get: operations["list-scim-tokens"];
        put?: never;
        /**
         * Make a token for provisioning
         * @description The token is in this answer and nowhere else. It opens /scim/v2 and nothing more. Two count at once, so that one can take the place of the other.
         */
        post: operations["create-scim-token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scim/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a token for provisioning */
        delete: operations["delete-scim-token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the scopes of tokens */
        get: operations["list-scopes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sessions that have not ended */
        get: operations["list-sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session */
        delete: operations["end-session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all settings
         * @description In order of their names, on one page.
         */
        get: operations["list-settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change several settings, all or none
         * @description Settings with protected true take a fresh proof of who asks (403 step_up_required).
         */
        patch: operations["update-settings"];
        trace?: never;
    };
    "/settings/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a setting */
        get: operations["get-setting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a setting
         * @description Settings with protected true take a fresh proof of who asks (403 step_up_required).
         */
        patch: operations["update-setting"];
        trace?: never;
    };
    "/signing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List signing keys */
        get: operations["list-signing-keys"];
        put?: never;
        /**
         * Make the next signing key
         * @description It is published at once and signs from a day on, or with now from this moment.
         */
        post: operations["rotate-signing-key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signing-keys/{kid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop a signing key that somebody else may have
         * @description Whatever it signed is dead within five seconds. Another one signs from now on.
         */
        delete: operations["drop-signing-key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/single-sign-on": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What identity providers need to know of this tenant */
        get: operations["get-single-sign-on"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/single-sign-on/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the last attempts that no identity provider of the tenant answers for
         * @description Messages that cannot be read, and those of an issuer that nobody here has: most often an identifier that was typed wrong.
         */
        get: operations["list-stray-attempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sso-domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List e-mail domains */
        get: operations["list-sso-domains"];
        put?: never;
        /** Add an e-mail domain, to be verified */
        post: operations["add-sso-domain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sso-domains/{domain}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say which identity provider answers for a domain */
        put: operations["assign-sso-domain"];
        post?: never;
        /** Remove a domain */
        delete: operations["remove-sso-domain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sso-domains/{domain}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look for the domain's TXT record */
        post: operations["verify-sso-domain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what serves the tenant, and how much it holds */
        get: operations["get-system"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system-administrators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List system administrators
         * @description In order of their making.
         */
        get: operations["list-system-administrators"];
        put?: never;
        /**
         * Add a system administrator
         * @description The link by which the person sets a password is in this answer and nowhere else. The first sign-in sets up a second factor.
         */
        post: operations["create-system-administrator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system-administrators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a system administrator */
        get: operations["get-system-administrator"];
        put?: never;
        post?: never;
        /**
         * Remove a system administrator
         * @description The last one who can sign in stays.
         */
        delete: operations["delete-system-administrator"];
        options?: never;
        head?: never;
        /**
         * Change a system administrator
         * @description Who is not active cannot sign in. The last one who can stays.
         */
        patch: operations["update-system-administrator"];
        trace?: never;
    };
    "/system-administrators/{id}/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove all second factors of a system administrator, and end the sessions
         * @description For somebody who lost them. The next sign-in sets one up.
         */
        delete: operations["reset-system-administrator-factors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system-administrators/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End all sessions of a system administrator */
        delete: operations["end-system-administrator-sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system-administrators/{id}/setup-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new link to set a password
         * @description For one use within 24 hours, in place of earlier ones; shown once.
         */
        post: operations["create-system-administrator-link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List and search teams
         * @description In order of creation.
         */
        get: operations["list-teams"];
        put?: never;
        /** Create a team */
        post: operations["create-team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a team */
        get: operations["get-team"];
        put?: never;
        post?: never;
        /** Remove a team without members */
        delete: operations["delete-team"];
        options?: never;
        head?: never;
        /**
         * Change a team
         * @description Fields that are absent stay as they are. Members follow a new name.
         */
        patch: operations["update-team"];
        trace?: never;
    };
    "/teams/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a team */
        get: operations["list-members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{id}/members/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a person into a team
         * @description A person who is in another team leaves it.
         */
        put: operations["add-member"];
        post?: never;
        /** Take a person out of a team */
        delete: operations["remove-member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the tenant */
        get: operations["get-own-tenant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tenants
         * @description In order of their names.
         */
        get: operations["list-tenants"];
        put?: never;
        /**
         * Make a tenant with a database of its own
         * @description The link by which its first administrator sets a password is in this answer and nowhere else.
         */
        post: operations["create-tenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a tenant */
        get: operations["get-tenant"];
        put?: never;
        post?: never;
        /** Erase a tenant and its database for good */
        delete: operations["delete-tenant"];
        options?: never;
        head?: never;
        /**
         * Rename a tenant, suspend it, or serve it again
         * @description Its data stays.
         */
        patch: operations["update-tenant"];
        trace?: never;
    };
    "/tenants/{id}/canonical-host": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose the host name that every link names
         * @description Passkeys belong to the canonical host: those of the one before are lost. Issuers of tokens and links change with it.
         */
        put: operations["set-canonical-host"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{id}/hosts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Serve a tenant under one more host name */
        post: operations["add-tenant-host"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{id}/hosts/{host}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Serve a tenant under a host name no longer
         * @description The canonical one stays until another is.
         */
        delete: operations["remove-tenant-host"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{id}/setup-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new link for an administrator of a tenant to set a password
         * @description For one use within 24 hours, in place of earlier ones; shown once. The tenant's own audit trail tells of it.
         */
        post: operations["create-tenant-setup-link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tenants/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get how much a tenant holds
         * @description Opens its database, which may take a moment.
         */
        get: operations["get-tenant-usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/token-inspection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See at which of the ten steps a token fails
         * @description Nothing of the token is stored.
         */
        post: operations["inspect-token"];
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
        "Add-identity-provider-certificateRequest": {
            /** @description PEM, or DER in base64: Certificate (Raw) and (Base64) of Entra ID */
            certificate: string;
        };
        "Add-registration-keyRequest": {
            /**
             * Format: date-time
             * @description Left out: never, unless the tenant limits the life of credentials
             */
            expires_at?: string;
            /** @description A public JSON Web Key or a set of them (RFC 7517) */
            jwk: unknown;
            label?: string;
            /**
             * Format: date-time
             * @description Left out: at once
             */
            not_before?: string;
        };
        "Add-sso-domainRequest": {
            /** @example example.com */
            domain: string;
        };
        "Assign-sso-domainRequest": {
            /** @description Empty: none */
            identity_provider_id: string;
        };
        Attempt: {
            /** @description Where the browser was */
            address?: string;
            /** Format: date-time */
            at: string;
            /** @description Fields of the person that were changed */
            changed?: string[];
            /** @description What the provider said; values of tests alone */
            claims?: components["schemas"]["Claim"][];
            /**
             * @description Who began: we (sp, oidc) or the provider (idp)
             * @enum {string}
             */
            flow?: "sp" | "idp" | "oidc";
            granted?: string[];
            /** @description known, linked_scim, linked_registered, linked_email, created */
            how?: string;
            id: string;
            /** @description Who it was, where that is known */
            login?: string;
            /** @description What was wrong, for administrators */
            message?: string;
            /**
             * @description signed_in, tested, confirmed (a session), or the code of the refusal
             * @example email_conflict
             */
            outcome: string;
            /** @description There are more groups than the provider names: nothing was given or taken */
            overage?: boolean;
            /** @description The provider has said so: its signature counted. Else anybody may have sent it */
            proven: boolean;
            /** @description The reference that the page showed, and that stands in the log */
            request_id?: string;
            revoked?: string[];
            /** @description Rules that matched */
            rules?: string[];
            /** @description Fields that were left as they are: the record refuses what was said, or the address is somebody else's */
            skipped?: string[];
            /** @description How the provider names them */
            subject?: string;
        };
        AuditEntry: {
            /**
             * @description What was done
             * @example incident.update
             */
            action: string;
            /** @description RecId of the person acted for */
            actor?: string;
            /**
             * @description Kind of the credential
             * @example session
             */
            actor_kind: string;
            /**
             * @description Where the request came from
             * @example 192.0.2.17
             */
            address?: string;
            /**
             * Format: date-time
             * @description When, in UTC
             */
            at: string;
            /** @description By field: its value before and after */
            changes?: {
                [key: string]: unknown[];
            };
            /** @description Id of the credential, never its secret */
            credential?: string;
            /** @description Label, changes and flags were erased by law */
            erased?: boolean;
            /** @description What deserves a look */
            flags?: string[];
            /**
             * @description Its number or name
             * @example 10042
             */
            label?: string;
            /**
             * @description Login of that person then, or what acted by itself
             * @example amiller
             */
            login?: string;
            /**
             * @description Type of what was touched
             * @example Incident
             */
            object?: string;
            /** @description Names the request in the server's log */
            request_id?: string;
            /**
             * Format: int64
             * @description Number of the entry: 1, 2, 3 … without gaps
             * @example 4711
             */
            seq: number;
            /** @description RecId or id of what was touched */
            target?: string;
        };
        AuditVerification: {
            /**
             * Format: int64
             * @description Entries found in order
             * @example 48211
             */
            entries: number;
            /**
             * Format: int64
             * @description How many of these were erased by law
             */
            erased: number;
            /**
             * Format: int64
             * @description Number of the first entry that is not in order
             */
            first_bad?: number;
            /** @description Hash of the last entry in order, 64 hex digits: compare it with one kept elsewhere */
            head: string;
            /** @description The whole chain is in order */
            ok: boolean;
            /** @description What is wrong with it */
            problem?: string;
        };
        BreakGlassMark: {
            /**
             * Format: date-time
             * @description When the mark was set
             */
            at: string;
            /** @description RecId of who set it; absent where it was not a person */
            by?: string;
            /**
             * @description Login of who set it, as it was then; cli:NAME for the command line
             * @example admin
             */
            login: string;
        };
        BrowserSession: {
            address: string;
            /** Format: date-time */
            began_at: string;
            current: boolean;
            /** Format: date-time */
            ends_at: string;
            id: string;
            /**
             * @description Name of the identity provider that vouched for the person; absent where none did
             * @example Contoso Entra
             */
            identity_provider?: string;
            method: string;
            person: string;
            role: string;
            /** Format: date-time */
            seen_at: string;
            user_agent: string;
        };
        Certificate: {
            /** Format: date-time */
            added_at: string;
            /**
             * Format: int64
             * @description Below zero: over; others go on signing with it, and are refused
             */
            days_left: number;
            /** @description The certificate itself, base64 */
            der: string;
            /** @description SHA-256 of it, hexadecimal */
            fingerprint: string;
            /** Format: date-time */
            not_after: string;
            /** Format: date-time */
            not_before: string;
            /** @enum {string} */
            source: "upload" | "metadata";
            subject: string;
        };
        ChangedProvider: {
            /** @description Take AES-CBC, where the response is signed over it */
            allow_cbc?: boolean;
            /**
             * @description It may begin a sign-in by itself
             * @default true
             */
            allow_idp_initiated: boolean;
            /** @description OpenID Connect: our client id there */
            client_id?: string;
            /** @description OpenID Connect: left out, it stays; empty, there is none */
            client_secret?: string;
            /**
             * @description Who signs in for the first time becomes a person here
             * @default true
             */
            create_users: boolean;
            /** @description What new people get; left out: SelfService */
            default_role?: string;
            default_team?: string;
            /** @description It signs people in */
            enabled?: boolean;
            /**
             * @description Microsoft Entra Identifier, entityID or issuer; compared byte for byte
             * @example https://sts.windows.net/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/
             */
            entity_id?: string;
            /** @description Everybody proves anew who they are at each sign-in */
            force_authn?: boolean;
            /** @description Roles that rules may give; others they do not */
            grantable_roles?: string[];
            /** @description Who signs in for the first time is the person with their e-mail address, if its domain is verified and this provider's */
            link_by_email?: boolean;
            /** @description Further issuers that count in logout messages alone; left out: with a Microsoft Entra Identifier the one under which Entra ID answers a sign-out */
            logout_issuers?: string[];
            /** @description Where people go who have signed out; left out: the sign-in page */
            logout_page?: string;
            /** @description Which claim fills which field of the person; of several rows for a field, the first whose claim is sent */
            mapping?: components["schemas"]["Mapping"][];
            /** @description Rules may give roles that administer, by object id, group id or application role */
            may_grant_admin?: boolean;
            /** @description Looked at every few hours for new certificates */
            metadata_url?: string;
            /**
             * @description What the sign-in page calls it
             * @example Microsoft Entra ID
             */
            name: string;
            /** @description In order; all that match count */
            rules?: components["schemas"]["Rule"][];
            /** @description OpenID Connect: scopes besides openid; left out: profile and email */
            scopes?: string[];
            sign_requests?: boolean;
            /**
             * Format: int64
             * @description How far clocks may be apart; 0: 180
             */
            skew_seconds?: number;
            /** @description Where answers to logout requests go, if not to slo_url */
            slo_response_url?: string;
            /** @description Logout URL */
            slo_url?: string;
            /**
             * @description How requests are sent; left out: redirect
             * @enum {string}
             */
            sso_binding?: "redirect" | "post";
            /** @description Login URL */
            sso_url?: string;
            /** @description Which claim names somebody for good; left out: the object id where there is one, else the NameID or sub */
            subject_claim?: string;
            /** @description Assertions that are not encrypted are refused */
            want_encrypted?: boolean;
        };
        Claim: {
            /** Format: int64 */
            count: number;
            name: string;
            /** @description Of tests alone */
            values?: string[];
        };
        ContactGroup: {
            /** Format: date-time */
            changed_at: string;
            /** Format: date-time */
            created_at: string;
            description?: string;
            /**
             * @description What another system calls it
             * @example 7d2f2a06-4a0f-4a53-9d54-5bd1c1b5a1f0
             */
            external_reference?: string;
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /**
             * Format: int64
             * @description How many people are in it
             */
            members: number;
            /** @example All of Berlin */
            name: string;
        };
        ContactGroupChanges: {
            description?: string;
            /** @description What another system calls it */
            external_reference?: string;
            /** @example All of Brandenburg */
            name?: string;
        };
        "Create-scim-tokenRequest": {
            /**
             * Format: int64
             * @description It does not count any more after so many days; left out, it does not expire
             * @example 365
             */
            expires_in_days?: number;
            /**
             * @description What it is for
             * @example Entra ID
             */
            label: string;
        };
        CreatedTenant: {
            /**
             * @description Stands before every link
             * @example https://desk.example.com
             */
            base_url: string;
            /** Format: date-time */
            created_at: string;
            /** @description Holds made-up data, with credentials that were printed */
            demo: boolean;
            /**
             * @description Where its data is
             * @enum {string}
             */
            engine: "sqlite" | "postgres";
            /**
             * @description Host names under which it is reached; the first is the canonical one
             * @example [
             *       "desk.example.com"
             *     ]
             */
            hosts: string[];
            /**
             * Format: uuid
             * @example 0198a6a2-7d3e-7a51-9d57-0b1d3c5f7a90
             */
            id: string;
            /** @example acme */
            name: string;
            /**
             * Format: uri
             * @description By which the first administrator, admin, sets a password; for one use within 24 hours; shown once
             */
            setup_link: string;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        Credential: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            expires_at: string | null;
            hint: string;
            id: string;
            jwk?: unknown;
            kind: string;
            label: string;
            last_address: string;
            /** Format: date-time */
            last_used_at: string | null;
            /** Format: date-time */
            not_before: string;
            /** Format: date-time */
            revoked_at: string | null;
            revoked_by: string;
            revoked_why: string;
            /** Format: int64 */
            uses: number;
        };
        DefinitionChange: {
            after?: unknown;
            before?: unknown;
            /** @enum {string} */
            change: "added" | "changed" | "removed";
            list?: string;
            /**
             * @description Of the entry, where the part has several
             * @example acme_ProjectCode
             */
            name?: string;
            /**
             * @description What that means for what is there, for people
             * @example 4,211 records hold values: they stay hidden, and the name stays bound.
             */
            note?: string;
            /** @example Incident# */
            object?: string;
            /**
             * @description Key of the definition; absent for all of it
             * @example fields
             */
            part?: string;
        };
        DefinitionFile: {
            lists?: components["schemas"]["PickList"][];
            objects?: components["schemas"]["ObjectDefinition"][];
            /** @description By object, records that are made together with it */
            records?: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
        };
        DefinitionOutcome: {
            /**
             * @description A line for each object and list; none: everything was in force already
             * @example [
             *       "changed Incident#"
             *     ]
             */
            changes: string[];
        };
        DefinitionPreview: {
            /** @description None: everything is in force already */
            changes: components["schemas"]["DefinitionChange"][];
            problems: components["schemas"]["DefinitionProblem"][];
            /**
             * @description Of all that it touches as it is now, for If-Match
             * @example a1b2c3d4e5f60718
             */
            tag: string;
            /** @description It could be applied now */
            valid: boolean;
        };
        DefinitionProblem: {
            message: string;
            /**
             * @description Where in the body, as a JSON pointer (RFC 6901); empty for the whole
             * @example /objects/0/fields/3/max
             */
            pointer: string;
        };
        Domain: {
            /** Format: date-time */
            created_at: string;
            /** @example example.com */
            domain: string;
            /** @description The identity provider that answers for it */
            identity_provider_id?: string;
            /**
             * @description Name of the TXT record that proves it
             * @example _provost.example.com
             */
            txt_name: string;
            /** @description What the record has to say */
            txt_value: string;
            /** Format: date-time */
            verified_at?: string;
        };
        FactorsOfPerson: {
            /** Format: int64 */
            passkeys: number;
            /**
             * Format: int64
             * @description That are left
             */
            recovery_codes: number;
            /** @description The policy wants one */
            required: boolean;
            /** @description There is an authenticator app */
            totp: boolean;
        };
        Fetched: {
            /** Format: date-time */
            at?: string;
            /** @description Why what was known before goes on counting */
            error?: string;
        };
        Grace: {
            /**
             * Format: int64
             * @description For how long the old one goes on; 0: it ends at once
             * @default 604800
             */
            grace_seconds: number;
        };
        GrantBody: {
            /** @description Make it the role of a sign-in that names none */
            default?: boolean;
        };
        Group: {
            cidrs: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            description: string;
            enabled: boolean;
            id: string;
            name: string;
            roles: string[];
        };
        GroupWithRole: {
            /**
             * @description What the identity provider calls it
             * @example 7d2f2a06-4a0f-4a53-9d54-5bd1c1b5a1f0
             */
            external_id?: string;
            /** @description RecId of the group */
            id: string;
            /** @description The role may be one that administers */
            may_grant_admin: boolean;
            /**
             * Format: int64
             * @description How many people are in it by what SCIM says
             */
            members: number;
            /** @example Service desk */
            name: string;
            /**
             * @description The role that its members get
             * @example ServiceDeskAnalyst
             */
            role?: string;
        };
        HeldRole: {
            /** @description The role of a sign-in that names none */
            default: boolean;
            /** @example Service Desk Analyst */
            label?: string;
            /** @example ServiceDeskAnalyst */
            name: string;
        };
        Identity: {
            /** Format: date-time */
            created_at: string;
            login: string;
            /** @description What the provider last called them */
            name: string;
            person_id: string;
            /**
             * Format: date-time
             * @description Their last sign-in with it; left out: there was none
             */
            seen_at?: string;
            subject: string;
            /**
             * @description How the provider names them. SAML: objectidentifier, or the format of a NameID. OpenID Connect: oid (DIRECTORY-ID/OBJECT-ID), sub or preferred_username
             * @example objectidentifier
             */
            subject_kind: string;
        };
        "Import-identity-provider-metadataRequest": {
            /** @description Metadata as XML */
            document?: string;
            /** @description Which one, where it describes several */
            entity_id?: string;
            /** @description Where it stands; looked at again every few hours from then on */
            url?: string;
        };
        "Inspect-tokenRequest": {
            /** @description The token, without the word Bearer */
            token: string;
        };
        Issued: {
            cidrs: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            description: string;
            enabled: boolean;
            /** Format: date-time */
            expires_at: string | null;
            group: string;
            hint: string;
            id: string;
            key: string;
            last_address: string;
            /** Format: date-time */
            last_used_at: string | null;
            legacy: boolean;
            on_behalf_of: string;
            role: string;
            rotated_to?: string;
            /** Format: int64 */
            uses: number;
        };
        IssuedRegistration: {
            api_key?: string;
            auth_url: string;
            client_id: string;
            client_secret?: string;
            /** Format: int64 */
            client_secret_expires_at: number;
            panel: components["schemas"]["PanelField"][];
            registration: components["schemas"]["Registration"];
            snippets?: components["schemas"]["PanelSnippet"][];
        };
        IssuedSecret: {
            client_id: string;
            client_secret: string;
            /** Format: int64 */
            client_secret_expires_at: number;
            credential: components["schemas"]["Credential"];
            ended?: components["schemas"]["Credential"][];
            replaced?: components["schemas"]["Credential"];
        };
        Issuer: {
            audiences: string[];
            clients: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            directories: string[];
            enabled: boolean;
            id: string;
            issuer: string;
            jwks_uri: string;
            kind: string;
            name: string;
        };
        IssuerChange: {
            audiences?: string[];
            clients?: string[];
            directories?: string[];
            enabled?: boolean;
            jwks_uri?: string;
            name?: string;
        };
        Key: {
            cidrs: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            description: string;
            enabled: boolean;
            /** Format: date-time */
            expires_at: string | null;
            group: string;
            hint: string;
            id: string;
            last_address: string;
            /** Format: date-time */
            last_used_at: string | null;
            legacy: boolean;
            on_behalf_of: string;
            role: string;
            rotated_to?: string;
            /** Format: int64 */
            uses: number;
        };
        KeyGroupSpec: {
            /**
             * @description Networks its keys may be used from; none: from anywhere
             * @example [
             *       "192.0.2.0/24"
             *     ]
             */
            cidrs?: string[];
            description?: string;
            /** @description Off: none of its keys counts; left out: as it is, and on for a new one */
            enabled?: boolean;
            /**
             * @description Name, once in the tenant
             * @example Monitoring
             */
            name: string;
            /**
             * @description Roles its keys may act in; * is every role
             * @example [
             *       "ServiceDeskAnalyst"
             *     ]
             */
            roles: string[];
        };
        Keys: {
            error: string;
            /** Format: date-time */
            fetched_at: string;
            from: string;
            keys: string[];
        };
        LastAttempt: {
            /** Format: date-time */
            at: string;
            /** @description signed_in, tested, confirmed (a session), or the code of the refusal */
            outcome: string;
        };
        Link: {
            claim: string;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            directory: string;
            id: string;
            issuer: string;
            person: string;
            subject: string;
        };
        MailServer: {
            /** @description There is one; otherwise no e-mail is sent */
            configured: boolean;
            /**
             * Format: int64
             * @description E-mails that could not be sent
             */
            failed: number;
            /**
             * @description The sender
             * @example Service Desk <desk@example.com>
             */
            from: string;
            has_password: boolean;
            /** @example smtp.example.com */
            host: string;
            /**
             * Format: int64
             * @description In use; 0 where there is no server
             */
            port: number;
            /**
             * @description starttls: RFC 3207, required; tls: from the first byte
             * @enum {string}
             */
            security: "starttls" | "tls" | "none";
            /** @description Empty: without signing in */
            user: string;
            /**
             * Format: int64
             * @description E-mails to be sent, or to be tried again
             */
            waiting: number;
        };
        MailServerSpecBody: {
            /** @example Service Desk <desk@example.com> */
            from: string;
            /**
             * @description Name or address
             * @example smtp.example.com
             */
            host: string;
            /**
             * Format: password
             * @description Left out: the one there is
             */
            password?: string;
            /**
             * Format: int64
             * @description Left out: 587, with tls 465, with none 25
             * @example 587
             */
            port?: number;
            /** @enum {string} */
            security: "starttls" | "tls" | "none";
            /** @description Left out: without signing in */
            user?: string;
        };
        MailTestBody: {
            /** @example ann@example.com */
            to: string;
        };
        MailTestResult: {
            /** @description Why not, in the server's own words where it had any */
            error?: string;
            /** @description The server took it */
            sent: boolean;
        };
        Mapping: {
            /** @example http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname */
            claim: string;
            /** @example FirstName */
            field: string;
        };
        MayAnswer: {
            /** @description Somebody who is not active may do nothing */
            active: boolean;
            /** @description In one of their roles at least, and they are active */
            allowed: boolean;
            /**
             * @description The object, as it is spelled
             * @example Incident
             */
            object: string;
            /** @description RecId of the record that was asked about */
            record?: string;
            /** @description The answer in each role they hold, the default one first */
            roles: components["schemas"]["MayRole"][];
            /** @description What the record is called */
            title?: string;
        };
        MayRole: {
            allowed: boolean;
            /** @description The role of a sign-in that names none */
            default: boolean;
            /** @description Which roles give the right, widest first: the role itself or those it includes */
            gives: components["schemas"]["MaySource"][];
            /** @description Fields of the object that are not there for the role */
            hidden?: string[];
            /** @example Service Desk Analyst */
            label?: string;
            /** @example ServiceDeskAnalyst */
            name: string;
            /** @description Fields that are shown and not written */
            read_only?: string[];
            /**
             * @description no_right: the role has none to this; record_outside: it has, and the record is not among those it extends to
             * @enum {string}
             */
            reason: "allowed" | "no_right" | "record_outside" | "record_unknown";
            /**
             * @description To which records the right extends
             * @enum {string}
             */
            rows: "none" | "own" | "team" | "all";
        };
        MaySource: {
            /**
             * @description The entry of its rights that counts: the object, its base, or * for all that are not named
             * @example Incident
             */
            entry: string;
            /** @example ServiceDeskAnalyst */
            role: string;
            /** @enum {string} */
            rows: "own" | "team" | "all";
        };
        NewContactGroup: {
            description?: string;
            /** @description What another system calls it */
            external_reference?: string;
            /**
             * @description No other group has it, in whatever case
             * @example All of Berlin
             */
            name: string;
        };
        NewIssuer: {
            /**
             * @description The claim aud has to be one of these
             * @example [
             *       "api://provost"
             *     ]
             */
            audiences: string[];
            /** @description Client ids that may get tokens for us; none: any */
            clients?: string[];
            /** @description Entra ID behind a common address: ids of the directories whose tokens count */
            directories?: string[];
            /** @description Left out: on */
            enabled?: boolean;
            /**
             * @description Its address as in the claim iss; of Entra ID the id of the directory will do
             * @example https://login.example.com
             */
            issuer: string;
            /** @description Address of its keys; left out: as its discovery document says */
            jwks_uri?: string;
            /**
             * @description entra: Microsoft Entra ID, both versions of its tokens; oidc: any issuer with a discovery document
             * @enum {string}
             */
            kind: "entra" | "oidc";
            /** @example Entra ID */
            name: string;
        };
        NewKey: {
            /** @description Networks it may be used from, besides those of its group */
            cidrs?: string[];
            /**
             * @description What it is for
             * @example Centreon, Frankfurt
             */
            description?: string;
            /**
             * Format: date-time
             * @description Left out: never
             */
            expires_at?: string;
            /** @description Name of its group; left out: Default */
            group?: string;
            /** @description An existing key to take over, once, while moving from another product */
            key?: string;
            /** @description 32 hex digits, for tools that check the length */
            legacy?: boolean;
            /** @description Login or RecId of the employee it acts for; left out: the one a registration that asks acts for, else the built-in one */
            on_behalf_of?: string;
            /**
             * @description The one role it acts in
             * @example ServiceDeskAnalyst
             */
            role: string;
        };
        NewLink: {
            /**
             * @description Which claim names the subject
             * @enum {string}
             */
            claim: "sub" | "oid";
            /** @description Id of the directory, where the issuer has several */
            directory?: string;
            /**
             * @description Login or RecId of the employee
             * @example amiller
             */
            person: string;
            /** @description Its value */
            subject: string;
        };
        NewPersonBody: {
            department?: string;
            /** @example anna.miller@example.com */
            email?: string;
            /** @description May sign in with an identity provider */
            external_sign_in?: boolean;
            /** @example Anna */
            first_name?: string;
            /** @example Miller */
            last_name?: string;
            /** @description Name of a place that is none of the records; location_id counts where both are given */
            location?: string;
            /** @description RecId of the location, whose name is then that of the person's; empty for none */
            location_id?: string;
            /**
             * @description Without spaces
             * @example amiller
             */
            login: string;
            /** @description RecId of the manager; empty for none */
            manager_id?: string;
            middle_name?: string;
            mobile_phone?: string;
            /** @description Made of the other names where nobody gives one */
            name?: string;
            /** @description Name of a unit that is none of the records; org_unit_id counts where both are given */
            org_unit?: string;
            /** @description RecId of the organisational unit, whose name is then that of the person's; empty for none */
            org_unit_id?: string;
            /** @description May sign in with a password */
            password_sign_in?: boolean;
            phone?: string;
            /**
             * @description The role by default, in any case
             * @example ServiceDeskAnalyst
             */
            role: string;
            /** @description Name of the team; empty for none */
            team?: string;
            /** @description Job title */
            title?: string;
        };
        NewProvider: {
            /** @description Take AES-CBC, where the response is signed over it */
            allow_cbc?: boolean;
            /**
             * @description It may begin a sign-in by itself
             * @default true
             */
            allow_idp_initiated: boolean;
            /** @description PEM, or DER in base64 */
            certificate?: string;
            /** @description OpenID Connect: our client id there */
            client_id?: string;
            /** @description OpenID Connect: it is kept sealed and never shown */
            client_secret?: string;
            /**
             * @description Who signs in for the first time becomes a person here
             * @default true
             */
            create_users: boolean;
            /** @description What new people get; left out: SelfService */
            default_role?: string;
            default_team?: string;
            /** @description It signs people in */
            enabled?: boolean;
            /**
             * @description Microsoft Entra Identifier, entityID or issuer; compared byte for byte
             * @example https://sts.windows.net/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/
             */
            entity_id?: string;
            /** @description Everybody proves anew who they are at each sign-in */
            force_authn?: boolean;
            /** @description Roles that rules may give; others they do not */
            grantable_roles?: string[];
            /**
             * @default saml
             * @enum {string}
             */
            kind: "saml" | "oidc";
            /** @description Who signs in for the first time is the person with their e-mail address, if its domain is verified and this provider's */
            link_by_email?: boolean;
            /** @description Further issuers that count in logout messages alone; left out: with a Microsoft Entra Identifier the one under which Entra ID answers a sign-out */
            logout_issuers?: string[];
            /** @description Where people go who have signed out; left out: the sign-in page */
            logout_page?: string;
            /** @description Which claim fills which field of the person; of several rows for a field, the first whose claim is sent */
            mapping?: components["schemas"]["Mapping"][];
            /** @description Rules may give roles that administer, by object id, group id or application role */
            may_grant_admin?: boolean;
            /** @description Metadata as XML; what it says wins over nothing that is given */
            metadata?: string;
            /** @description Looked at every few hours for new certificates */
            metadata_url?: string;
            /**
             * @description What the sign-in page calls it
             * @example Microsoft Entra ID
             */
            name: string;
            /**
             * @default other
             * @enum {string}
             */
            preset: "entra" | "adfs" | "okta" | "google" | "other";
            /** @description In order; all that match count */
            rules?: components["schemas"]["Rule"][];
            /** @description OpenID Connect: scopes besides openid; left out: profile and email */
            scopes?: string[];
            sign_requests?: boolean;
            /**
             * Format: int64
             * @description How far clocks may be apart; 0: 180
             */
            skew_seconds?: number;
            /** @description Where answers to logout requests go, if not to slo_url */
            slo_response_url?: string;
            /** @description Logout URL */
            slo_url?: string;
            /**
             * @description How requests are sent; left out: redirect
             * @enum {string}
             */
            sso_binding?: "redirect" | "post";
            /** @description Login URL */
            sso_url?: string;
            /** @description Which claim names somebody for good; left out: the object id where there is one, else the NameID or sub */
            subject_claim?: string;
            /** @description Assertions that are not encrypted are refused */
            want_encrypted?: boolean;
        };
        NewRegistration: {
            /**
             * @description Left out: ES256
             * @enum {string}
             */
            access_token_alg?: "ES256" | "EdDSA" | "RS256";
            /**
             * Format: int64
             * @description Seconds; left out: 3600
             */
            access_token_lifetime?: number;
            /** @description Name of the application; left out: the caption of the type */
            application?: string;
            /** @description Networks it may come from; none: from anywhere */
            cidrs?: string[];
            /** @description E-mail addresses for notices, separated by commas */
            contact?: string;
            /** @example CSM in Frankfurt */
            description?: string;
            /** @example production */
            environment?: string;
            /**
             * Format: date-time
             * @description Of the first secret and keys; left out: the tenant's standard
             */
            expires_at?: string;
            /** @description Public keys, each a JSON Web Key or a set of them */
            jwks?: unknown[];
            /** @description Address at which the client publishes its public keys */
            jwks_uri?: string;
            /** @description No secret is made: it proves itself by its keys */
            key_only?: boolean;
            /** @description Of the first secret and keys */
            label?: string;
            /** @description Login or RecId of the employee it acts for there; a registration that asks can name its own alone */
            on_behalf_of?: string;
            /** @description Person or team: RecId, login or name; left out: who registers it */
            owner?: string;
            /** @description The gateway route answers the bare token where the client says nothing */
            plain_token_body?: boolean;
            /** @description Role it acts in on the OData API */
            role?: string;
            /**
             * @description Left out: those of the type
             * @example [
             *       "data.read"
             *     ]
             */
            scopes?: string[];
            /** @description Client assertions may name the token endpoint as audience */
            token_endpoint_audience?: boolean;
            /**
             * @description Id or caption of its type
             * @example csm
             */
            type: string;
        };
        NewSecret: {
            /**
             * Format: date-time
             * @description Left out: the tenant's standard
             */
            expires_at?: string;
            /**
             * Format: int64
             * @description Given, the secret replaces another, which goes on for so long; 0: it ends at once
             */
            grace_seconds?: number;
            label?: string;
            /**
             * Format: date-time
             * @description Left out: at once
             */
            not_before?: string;
            /** @description Id of the secret to replace; left out: the one that nothing has replaced yet */
            replaces?: string;
        };
        NewSystemAdministrator: {
            /** @example olivia@example.com */
            email?: string;
            /**
             * @description Without spaces
             * @example olivia
             */
            login: string;
            /** @example Olivia Operator */
            name?: string;
        };
        NewTeamBody: {
            active?: boolean;
            description?: string;
            /** @example network@example.com */
            email?: string;
            external_reference?: string;
            /**
             * @description Login of the team's manager; empty for none
             * @example amiller
             */
            manager?: string;
            /**
             * @description No other team has it, in whatever case
             * @example Network
             */
            name: string;
            /** @description RecId of the organisational unit; empty for none */
            org_unit_id?: string;
            phone?: string;
        };
        NewTenant: {
            /**
             * @description Made of the first host where none is given
             * @example https://desk.example.com
             */
            base_url?: string;
            /**
             * @description Host names under which it is reached; the first is the canonical one
             * @example [
             *       "desk.example.com"
             *     ]
             */
            hosts: string[];
            /**
             * @description Letters, digits, dots, dashes and underscores
             * @example acme
             */
            name: string;
        };
        NewToken: {
            /** Format: date-time */
            created_at: string;
            /** @description Login of who made it */
            created_by: string;
            expired: boolean;
            /**
             * Format: date-time
             * @description It does not count from then on; absent: it does not expire
             */
            expires_at?: string;
            /**
             * @description How it begins
             * @example pvs_p_3kTz
             */
            hint: string;
            id: string;
            /** @example Entra ID */
            label: string;
            /**
             * Format: date-time
             * @description Up to a minute late
             */
            last_used_at?: string;
            /** @description Address of that use */
            last_used_from?: string;
            /**
             * @description The secret token, in this answer and nowhere else
             * @example pvs_p_…
             */
            token: string;
        };
        ObjectAction: {
            /** @description Also for records that are read-only */
            closed?: boolean;
            /** @description Records that are made with it */
            create?: components["schemas"]["ObjectChild"][];
            /** @description Made by Provost where none is given */
            id?: string;
            /** @description What stands on the button */
            label?: string;
            /** @example End Agency */
            name: string;
            /** @description E-mails that are sent with it */
            notify?: components["schemas"]["ObjectNotice"][];
            /** @description What the caller is asked for */
            prompts?: components["schemas"]["ObjectPrompt"][];
            /** @description Only for these roles */
            roles?: string[];
            /** @description Field and value: a literal, $now, $login, $displayname, $null, or a text with {Field} */
            set?: {
                [key: string]: string;
            };
            /** @description As it came with the program; what is sent has no effect */
            stock?: boolean;
            /** @description Only for records whose fields have one of the values */
            when?: {
                [key: string]: string[];
            };
        };
        ObjectChanges: {
            /** @description Replace all aliases */
            aliases?: {
                [key: string]: string;
            };
            /** @description Replace all indexes over several fields */
            indexes?: string[][];
            /** @example Agency */
            label?: string;
            number?: components["schemas"]["ObjectNumber"];
            /** @example Agencies */
            plural?: string;
            priority?: components["schemas"]["ObjectPriority"];
            /** @description Has no set on the OData API */
            private?: boolean;
            /** @description Replaces the whole rule */
            status?: components["schemas"]["ObjectStatus"];
            /** @description The field that names a record to people */
            title?: string;
            /** @description Replace all unique combinations */
            unique?: string[][];
        };
        ObjectChild: {
            fields?: {
                [key: string]: string;
            };
            relationship: string;
        };
        ObjectDefinition: {
            /** @description Absent: those in force stay */
            actions?: components["schemas"]["ObjectAction"][];
            /** @description Other names for fields */
            aliases?: {
                [key: string]: string;
            };
            /** @description Only adds to the object in force */
            extend?: boolean;
            /** @description In the order in which they appear */
            fields?: components["schemas"]["ObjectField"][];
            /** @description Its records are always of one of its extensions */
            group?: boolean;
            /** @description Indexes over several fields */
            indexes?: string[][];
            /**
             * @description What people call one of them
             * @example Agency
             */
            label?: string;
            /** @description The counter that gives records their number */
            number?: components["schemas"]["ObjectNumber"];
            /**
             * @description Technical name; the # at its end may be left out
             * @example Agency#
             */
            object: string;
            /**
             * @description What people call several
             * @example Agencies
             */
            plural?: string;
            /** @description Computes a priority of impact and urgency */
            priority?: components["schemas"]["ObjectPriority"];
            /** @description Has no set on the OData API */
            private?: boolean;
            /** @description Absent: those in force stay */
            relationships?: components["schemas"]["ObjectRelationship"][];
            /** @description Fields that were removed, whose names stay bound; what is sent has no effect */
            retired?: components["schemas"]["ObjectRetired"][];
            /** @description Absent: those in force stay */
            searches?: components["schemas"]["ObjectSearch"][];
            /** @description What the status of a record means */
            status?: components["schemas"]["ObjectStatus"];
            /** @description In an extension: what stands in that field */
            tag?: string;
            /**
             * @description The field that names a record to people
             * @example Name
             */
            title?: string;
            /** @description In a group: the field that says of which extension a record is */
            typeTag?: string;
            /** @description Combinations of fields that occur once */
            unique?: string[][];
            /** @description Makes it a view of other objects */
            view?: components["schemas"]["ObjectView"];
        };
        ObjectDetail: {
            /**
             * Format: int64
             * @description How many of its fields did not come with the program
             */
            added: number;
            /** @description Did not come with the program */
            custom: boolean;
            /** @description As it was written; may be sent back changed */
            definition: components["schemas"]["ObjectDefinition"];
            /**
             * @description Its base
             * @example Task#
             */
            extends?: string;
            /** @description Objects that extend it */
            extensions: string[];
            /**
             * Format: int64
             * @description How many its records have, with those that every record has
             */
            fields: number;
            /** @description Fields of its base */
            inherited: components["schemas"]["ObjectField"][];
            /** @example Incident */
            label: string;
            /** @description Pick lists that its fields use */
            lists: string[];
            /** @example Incident# */
            object: string;
            /**
             * @description The domain whose rules its records follow
             * @example desk
             */
            owner: string;
            /** @example Incidents */
            plural: string;
            /**
             * Format: int64
             * @description How many there are; those of its extensions count
             */
            records: number;
            /**
             * @description Where its records are on the OData API; absent where it has no set
             * @example incidents
             */
            set?: string;
            /**
             * @description Of the definition as it is, for If-Match
             * @example a1b2c3d4e5f60718
             */
            tag: string;
            /** @description Shows the records of other objects and has none itself */
            view: boolean;
        };
        ObjectField: {
            /** @description Own field to field of the record that is named */
            copy?: {
                [key: string]: string;
            };
            /** @description Of a new record: a literal, $now, $login or $displayname */
            default?: string;
            /** @description Of a pick list: the records that are its values */
            from?: components["schemas"]["ObjectListFrom"];
            /** @description true, "sparse" or "unique"; false where nothing is said */
            index?: unknown;
            /** @example Project code */
            label?: string;
            /** @description Of a pick list: an unknown value is stored and noted */
            lenient?: boolean;
            /** @description Of a pick list: the list */
            list?: string;
            /**
             * Format: int64
             * @description Of a text: the most characters; 255 where nothing is said
             */
            max?: number;
            /** @description The field that has the same value */
            mirror?: string;
            /** @example acme_ProjectCode */
            name: string;
            /** @description Of a link: the record goes when the one it points to is deleted */
            owned?: boolean;
            /** @description Set by the server alone */
            readOnly?: boolean;
            required?: boolean;
            /** @description Full-text search finds its words */
            search?: boolean;
            /** @description In a view: the field it shows */
            source?: string;
            /** @description In a view: the field it shows, by object */
            sources?: {
                [key: string]: string;
            };
            /** @description Came with the program and cannot be removed; what is sent has no effect */
            stock?: boolean;
            /** @description Of a link: the object it points to where the sender does not say */
            target?: string;
            /** @description Of a link: further objects; * is any */
            targets?: string[];
            /** @description Computes a text: Agency {AgencyNumber} */
            template?: string;
            /**
             * @description text where nothing is said
             * @enum {string}
             */
            type?: "text" | "number" | "decimal" | "money" | "boolean" | "datetime" | "picklist" | "link";
            /** @description Words that are read as others */
            words?: components["schemas"]["ObjectWord"][];
            /** @description Taken and never shown */
            writeOnly?: boolean;
        };
        ObjectListFrom: {
            /** @description Fields that find the record */
            match?: string[];
            /** @example Employee# */
            object: string;
            /**
             * @description The field that is stored
             * @example LoginID
             */
            value: string;
            /** @description Own field to field of the record: both have to be equal where they have a value */
            within?: {
                [key: string]: string;
            };
        };
        ObjectNotice: {
            body?: string;
            subject: string;
            /** @example {OwnerEmail} */
            to: string;
        };
        ObjectNumber: {
            /**
             * @description Of the type number, with an index
             * @example AgencyNumber
             */
            field: string;
            /**
             * Format: int64
             * @description The first number
             * @example 1001
             */
            start: number;
        };
        ObjectPriority: {
            /** @example Priority */
            field: string;
            /** @example Impact */
            impact: string;
            /** @example Urgency */
            urgency: string;
        };
        ObjectPrompt: {
            default?: string;
            field: string;
            label?: string;
            required?: boolean;
        };
        ObjectRelationship: {
            /** @description The field of the target that names our record */
            child?: string;
            /** @description The extension that is made through it */
            create?: string;
            /** @description The relationship of the target of which it is the other side */
            inverse?: string;
            label?: string;
            /** @description The field of our object that names the other record */
            link?: string;
            /** @example AgencyAssociatesCI */
            name: string;
            /** @description At most one record at the other end */
            one?: boolean;
            /** @description The relationship of our object whose pairs it has */
            pairs?: string;
            /** @description Came with the program; what is sent has no effect */
            stock?: boolean;
            /**
             * @description The object at the other end
             * @example CI#
             */
            target: string;
            /** @description Shows only records with one of the values */
            where?: {
                [key: string]: string[];
            };
        };
        ObjectRetired: {
            /** Format: int64 */
            max?: number;
            name: string;
            type: string;
        };
        ObjectSearch: {
            /**
             * @description As $filter; '$Me', '$MyTeam', '$MyRecId' and '$Today' stand for what they are to the caller
             * @example Owner eq '$Me'
             */
            filter?: string;
            /** @description Made by Provost where none is given */
            id?: string;
            /** @example My Agencies */
            name: string;
            /** @description As $orderby */
            orderby?: string;
            /** @description Login of the one person who sees it */
            owner?: string;
            /** @description As it came with the program; what is sent has no effect */
            stock?: boolean;
        };
        ObjectStatus: {
            /** @example Status */
            field: string;
            /** @description By status, where a record may go; enforced where the setting odata.transitions says so */
            flow?: {
                [key: string]: string[];
            };
            /** @description Statuses in which a record shows ReadOnly and cannot be deleted */
            readOnly?: string[];
            /** @description By status, the fields that have to have a value; * is every status */
            required?: {
                [key: string]: string[];
            };
            /** @description By status, what is set on entering it */
            stamp?: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        ObjectSummary: {
            /**
             * Format: int64
             * @description How many of its fields did not come with the program
             */
            added: number;
            /** @description Did not come with the program */
            custom: boolean;
            /**
             * @description Its base
             * @example Task#
             */
            extends?: string;
            /**
             * Format: int64
             * @description How many its records have, with those that every record has
             */
            fields: number;
            /** @example Incident */
            label: string;
            /** @example Incident# */
            object: string;
            /**
             * @description The domain whose rules its records follow
             * @example desk
             */
            owner: string;
            /** @example Incidents */
            plural: string;
            /**
             * Format: int64
             * @description How many there are; those of its extensions count
             */
            records: number;
            /**
             * @description Where its records are on the OData API; absent where it has no set
             * @example incidents
             */
            set?: string;
            /** @description Shows the records of other objects and has none itself */
            view: boolean;
        };
        ObjectView: {
            /**
             * @example [
             *       "Employee#"
             *     ]
             */
            of: string[];
        };
        ObjectWord: {
            /** @example Critical */
            is: string;
            /** @example 1 */
            means: string;
        };
        Ours: {
            /** @description Somebody can get in whatever is wrong with the identity providers */
            break_glass: boolean;
            /**
             * @description Identifier (Entity ID)
             * @example https://desk.example.com/
             */
            identifier: string;
            /**
             * @description Logout URL
             * @example https://desk.example.com/sso/slo
             */
            logout_url: string;
            /** @description Our metadata */
            metadata_url: string;
            /** @description OpenID Connect: redirect URI */
            redirect_uri: string;
            /**
             * @description Reply URL (Assertion Consumer Service URL)
             * @example https://desk.example.com/handlers/sso/SamlAssertionConsumerHandler.ashx
             */
            reply_url: string;
            /** @description Our keys for SAML, the ones that count first */
            saml_keys: components["schemas"]["SAMLKey"][];
            /**
             * @description SCIM: Tenant URL
             * @example https://desk.example.com/scim/v2
             */
            scim_url: string;
            /**
             * @description Sign-on URL
             * @example https://desk.example.com/
             */
            sign_on_url: string;
        };
        OutboxItem: {
            /** Format: int64 */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When it is tried next; null: never
             */
            due_at: string | null;
            /** @description Of the last attempt */
            error: string;
            id: string;
            /**
             * @description Of a record's journal, with a link to set a password, about a credential, or about a sign-in
             * @enum {string}
             */
            kind: "message" | "link" | "notice" | "alert";
            /** @description Of the record that it is about; empty: none */
            object: string;
            /** @description RecId of that record */
            record: string;
            /**
             * @description waiting: not tried yet; retrying: tried in vain, and tried again; failed: given up
             * @enum {string}
             */
            state: "waiting" | "retrying" | "failed";
            subject: string;
            /** @description Addresses; of a link the login */
            to: string;
        };
        PageAttempt: {
            /** @description The items of this page */
            items: components["schemas"]["Attempt"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageAuditEntry: {
            /** @description The items of this page */
            items: components["schemas"]["AuditEntry"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageBrowserSession: {
            /** @description The items of this page */
            items: components["schemas"]["BrowserSession"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageContactGroup: {
            /** @description The items of this page */
            items: components["schemas"]["ContactGroup"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageCredential: {
            /** @description The items of this page */
            items: components["schemas"]["Credential"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageDomain: {
            /** @description The items of this page */
            items: components["schemas"]["Domain"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageGroup: {
            /** @description The items of this page */
            items: components["schemas"]["Group"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageGroupWithRole: {
            /** @description The items of this page */
            items: components["schemas"]["GroupWithRole"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageHeldRole: {
            /** @description The items of this page */
            items: components["schemas"]["HeldRole"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageIdentity: {
            /** @description The items of this page */
            items: components["schemas"]["Identity"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageIssuer: {
            /** @description The items of this page */
            items: components["schemas"]["Issuer"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageKey: {
            /** @description The items of this page */
            items: components["schemas"]["Key"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageKeys: {
            /** @description The items of this page */
            items: components["schemas"]["Keys"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageLink: {
            /** @description The items of this page */
            items: components["schemas"]["Link"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageObjectSummary: {
            /** @description The items of this page */
            items: components["schemas"]["ObjectSummary"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageOutboxItem: {
            /** @description The items of this page */
            items: components["schemas"]["OutboxItem"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PagePerson: {
            /** @description The items of this page */
            items: components["schemas"]["Person"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PagePickListSummary: {
            /** @description The items of this page */
            items: components["schemas"]["PickListSummary"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PagePlace: {
            /** @description The items of this page */
            items: components["schemas"]["Place"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageProvider: {
            /** @description The items of this page */
            items: components["schemas"]["Provider"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageRegistration: {
            /** @description The items of this page */
            items: components["schemas"]["Registration"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageRegistrationType: {
            /** @description The items of this page */
            items: components["schemas"]["RegistrationType"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageRoleObject: {
            /** @description The items of this page */
            items: components["schemas"]["RoleObject"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageRoleSummary: {
            /** @description The items of this page */
            items: components["schemas"]["RoleSummary"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageScope: {
            /** @description The items of this page */
            items: components["schemas"]["Scope"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageSession: {
            /** @description The items of this page */
            items: components["schemas"]["Session"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageSetting: {
            /** @description The items of this page */
            items: components["schemas"]["Setting"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageSigningKey: {
            /** @description The items of this page */
            items: components["schemas"]["SigningKey"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageStep: {
            /** @description The items of this page */
            items: components["schemas"]["Step"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageSystemAdministrator: {
            /** @description The items of this page */
            items: components["schemas"]["SystemAdministrator"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageTeam: {
            /** @description The items of this page */
            items: components["schemas"]["Team"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageTenant: {
            /** @description The items of this page */
            items: components["schemas"]["Tenant"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PageToken: {
            /** @description The items of this page */
            items: components["schemas"]["Token"][];
            /** @description Given as cursor, it leads to the next page; absent on the last one */
            next?: string;
        };
        PanelField: {
            caption: string;
            secret: boolean;
            value: string;
        };
        PanelSnippet: {
            caption: string;
            lines: string[];
        };
        Person: {
            /** @description May sign in and be acted for */
            active: boolean;
            /** @description Break-glass administrator */
            break_glass: boolean;
            /** Format: date-time */
            changed_at: string;
            /** Format: date-time */
            created_at: string;
            /** @example IT */
            department?: string;
            /** @example anna.miller@example.com */
            email?: string;
            /** @example Anna */
            first_name?: string;
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /** @example Miller */
            last_name?: string;
            /** @example Berlin */
            location?: string;
            /** @example amiller */
            login?: string;
            /** @description RecId of the manager */
            manager_id?: string;
            /** @example Anna Miller */
            name: string;
            /** @example +49 30 1234567 */
            phone?: string;
            /**
             * @description Active, New, On Leave or Terminated
             * @example Active
             */
            status: string;
            /**
             * @description Name of the person's team
             * @example Network
             */
            team?: string;
            /**
             * @description Job title
             * @example Network engineer
             */
            title?: string;
        };
        PersonChanges: {
            department?: string;
            /** @example anna.miller@example.com */
            email?: string;
            /** @description May sign in with an identity provider */
            external_sign_in?: boolean;
            /** @example Anna */
            first_name?: string;
            /** @example Miller */
            last_name?: string;
            /** @description Name of a place that is none of the records; location_id counts where both are given */
            location?: string;
            /** @description RecId of the location, whose name is then that of the person's; empty for none */
            location_id?: string;
            /** @description Without spaces */
            login?: string;
            /** @description RecId of the manager; empty for none */
            manager_id?: string;
            middle_name?: string;
            mobile_phone?: string;
            /** @description Made of the other names where nobody gives one */
            name?: string;
            /** @description Name of a unit that is none of the records; org_unit_id counts where both are given */
            org_unit?: string;
            /** @description RecId of the organisational unit, whose name is then that of the person's; empty for none */
            org_unit_id?: string;
            /** @description May sign in with a password */
            password_sign_in?: boolean;
            phone?: string;
            /** @enum {string} */
            status?: "Active" | "New" | "On Leave" | "Terminated";
            /** @description Name of the team; empty for none */
            team?: string;
            /** @description Job title */
            title?: string;
        };
        PersonDetail: {
            /** @description May sign in and be acted for */
            active: boolean;
            /** @description Break-glass administrator */
            break_glass: boolean;
            /** @description Of a break-glass administrator: who made them one */
            break_glass_mark?: components["schemas"]["BreakGlassMark"];
            /** Format: date-time */
            changed_at: string;
            /** Format: date-time */
            created_at: string;
            /** @example IT */
            department?: string;
            /** @example anna.miller@example.com */
            email?: string;
            /**
             * @description What keeps the e-mail address up to date, which is then not changed by hand; absent where nothing does
             * @example Contoso Entra
             */
            email_from?: string;
            /** @description May sign in with an identity provider */
            external_sign_in: boolean;
            /** @example Anna */
            first_name?: string;
            /** @description Has set one */
            has_password: boolean;
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /** @example Miller */
            last_name?: string;
            /** @example Berlin */
            location?: string;
            /** @description RecId of the location, where it is one of the records */
            location_id?: string;
            /** @example amiller */
            login?: string;
            /** @description RecId of the manager */
            manager_id?: string;
            manager_name?: string;
            middle_name?: string;
            mobile_phone?: string;
            /** @example Anna Miller */
            name: string;
            /**
             * @description Organisational unit
             * @example Corporate IT Operations
             */
            org_unit?: string;
            /** @description RecId of the unit, where it is one of the records */
            org_unit_id?: string;
            /** @description May sign in with a password */
            password_sign_in: boolean;
            /** @example +49 30 1234567 */
            phone?: string;
            /** @description The default role first */
            roles: components["schemas"]["HeldRole"][];
            /**
             * @description Active, New, On Leave or Terminated
             * @example Active
             */
            status: string;
            /**
             * @description Name of the person's team
             * @example Network
             */
            team?: string;
            /**
             * @description Job title
             * @example Network engineer
             */
            title?: string;
        };
        PersonSetup: {
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /** @example amiller */
            login: string;
            /**
             * Format: uri
             * @description For one use within 24 hours; shown once
             * @example https://desk.example.com/set-password#…
             */
            setup_link: string;
        };
        PickList: {
            /** @example AgencyKind */
            name: string;
            /** @description An unknown value is taken, added and marked for review */
            open?: boolean;
            /** @description In the order in which people see them */
            values: components["schemas"]["PickListValue"][];
        };
        PickListCount: {
            /** @description Is in the list */
            known: boolean;
            /** Format: int64 */
            records: number;
            value: string;
        };
        PickListDetail: {
            /** @example AgencyKind */
            name: string;
            /** @description An unknown value is taken, added and marked for review */
            open?: boolean;
            /**
             * @description Of the list as it is, for If-Match
             * @example a1b2c3d4e5f60718
             */
            tag: string;
            /** @description Fields that take their values from it */
            used_by: components["schemas"]["PickListUser"][];
            /** @description In the order in which people see them */
            values: components["schemas"]["PickListValue"][];
        };
        PickListSummary: {
            /** @example AgencyKind */
            name: string;
            /** @description An unknown value is taken, added and marked for review */
            open: boolean;
            /**
             * Format: int64
             * @description Values that callers added and nobody has looked at
             */
            review: number;
            /** @description Fields that take their values from it */
            used_by: components["schemas"]["PickListUser"][];
            /** Format: int64 */
            values: number;
        };
        PickListUsage: {
            /** @description Values that records hold, in the order of the list; then those that are not in it any more */
            counts: components["schemas"]["PickListCount"][];
        };
        PickListUser: {
            /** @example Kind */
            field: string;
            /** @example Agency# */
            object: string;
        };
        PickListValue: {
            /** @description Other spellings that mean it */
            aliases?: string[];
            /** @description Cannot be chosen any more; records that have it keep it */
            inactive?: boolean;
            /** @description What people read instead */
            label?: string;
            /** @description Its key, made by Provost where none is given */
            recId?: string;
            /** @description Added by a caller of an open list and not yet looked at; what is sent has no effect */
            review?: boolean;
            /**
             * @description What is stored
             * @example Recruiting
             */
            value: string;
        };
        Place: {
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /** @example Headquarters */
            name: string;
        };
        Policy: {
            /** @description Id of the identity provider with which the people sign in who are provisioned: it alone is believed when it names one of them by externalId. Left out: the one that is Microsoft Entra ID, if exactly one is enabled. */
            identity_provider?: string;
            /**
             * @description What becomes of the record of somebody whom the identity provider removes. keep: it stays, deactivated. anonymise: their names, addresses, numbers and logins are erased from it as well. Tickets and history lead to it either way.
             * @enum {string}
             */
            removed: "keep" | "anonymise";
        };
        "Preview-searchRequest": {
            /** @example Status eq 'Active' */
            filter?: string;
            orderby?: string;
        };
        Problem: {
            /**
             * @description What is wrong, for programs; stays the same
             * @example request_invalid
             */
            code: string;
            /**
             * @description What is wrong, for people
             * @example The request is not valid: limit: expected number <= 200.
             */
            detail?: string;
            /** @description Complaints about single fields */
            errors?: components["schemas"]["ProblemField"][];
            /**
             * @description Names the request in the server's log
             * @example 0198a6a2-7d3e-7a51-9d57-0b1d3c5f7a90
             */
            request_id: string;
            /**
             * Format: int64
             * @description The status of the answer
             * @example 400
             */
            status: number;
            /**
             * @description The status in words
             * @example Bad Request
             */
            title: string;
            /**
             * @description about:blank: the code says more
             * @example about:blank
             */
            type: string;
        };
        ProblemField: {
            /** @description What is wrong with it, for programs */
            code?: string;
            /**
             * @description Name of the field or parameter, with dots into objects
             * @example limit
             */
            field: string;
            /**
             * @description What is wrong with it, for people
             * @example expected number <= 200
             */
            message: string;
        };
        Provider: {
            /** @description Take AES-CBC, where the response is signed over it */
            allow_cbc?: boolean;
            /**
             * @description It may begin a sign-in by itself
             * @default true
             */
            allow_idp_initiated: boolean;
            /** @description Those that count for signatures; SAML only */
            certificates: components["schemas"]["Certificate"][];
            /** Format: date-time */
            changed_at: string;
            /** @description OpenID Connect: our client id there */
            client_id?: string;
            /** @description There is a client secret; OpenID Connect only */
            client_secret_set: boolean;
            /**
             * @description Who signs in for the first time becomes a person here
             * @default true
             */
            create_users: boolean;
            /** Format: date-time */
            created_at: string;
            /** @description What new people get; left out: SelfService */
            default_role?: string;
            default_team?: string;
            /** @description It signs people in */
            enabled?: boolean;
            /**
             * @description Microsoft Entra Identifier, entityID or issuer; compared byte for byte
             * @example https://sts.windows.net/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/
             */
            entity_id?: string;
            /** @description Everybody proves anew who they are at each sign-in */
            force_authn?: boolean;
            /** @description Roles that rules may give; others they do not */
            grantable_roles?: string[];
            id: string;
            /** @enum {string} */
            kind: "saml" | "oidc";
            /** @description The last try to sign in with it; in lists alone */
            last_attempt?: components["schemas"]["LastAttempt"];
            /** @description Who signs in for the first time is the person with their e-mail address, if its domain is verified and this provider's */
            link_by_email?: boolean;
            /** @description Further issuers that count in logout messages alone; left out: with a Microsoft Entra Identifier the one under which Entra ID answers a sign-out */
            logout_issuers?: string[];
            /** @description Where people go who have signed out; left out: the sign-in page */
            logout_page?: string;
            /** @description Which claim fills which field of the person; of several rows for a field, the first whose claim is sent */
            mapping?: components["schemas"]["Mapping"][];
            /** @description Rules may give roles that administer, by object id, group id or application role */
            may_grant_admin?: boolean;
            /** @description What became of the last look at metadata_url */
            metadata: components["schemas"]["Fetched"];
            /** @description Looked at every few hours for new certificates */
            metadata_url?: string;
            /**
             * @description What the sign-in page calls it
             * @example Microsoft Entra ID
             */
            name: string;
            /**
             * @description What it was set up as
             * @example entra
             */
            preset: string;
            /** @description What stands against signing in, in words; empty: nothing that is known */
            problems: string[];
            /** @description In order; all that match count */
            rules?: components["schemas"]["Rule"][];
            /** @description OpenID Connect: scopes besides openid; left out: profile and email */
            scopes?: string[];
            sign_requests?: boolean;
            /**
             * Format: int64
             * @description How far clocks may be apart; 0: 180
             */
            skew_seconds?: number;
            /** @description Where answers to logout requests go, if not to slo_url */
            slo_response_url?: string;
            /** @description Logout URL */
            slo_url?: string;
            /**
             * @description How requests are sent; left out: redirect
             * @enum {string}
             */
            sso_binding?: "redirect" | "post";
            /** @description Login URL */
            sso_url?: string;
            /** @description Which claim names somebody for good; left out: the object id where there is one, else the NameID or sub */
            subject_claim?: string;
            /**
             * Format: int64
             * @description Grows with each change; also its entity tag
             */
            version: number;
            /** @description Assertions that are not encrypted are refused */
            want_encrypted?: boolean;
        };
        "Register-identityRequest": {
            /**
             * @description Login or RecId
             * @example amiller
             */
            person: string;
            subject: string;
            /**
             * @description SAML: objectidentifier, or the format of a NameID. OpenID Connect: oid (DIRECTORY-ID/OBJECT-ID), sub or preferred_username
             * @example urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
             */
            subject_kind: string;
        };
        Registration: {
            access_token_alg: string;
            /** Format: int64 */
            access_token_lifetime: number;
            api_key_id?: string;
            application: string;
            cidrs: string[];
            client_id: string;
            contact: string;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            created_by_name: string;
            credentials: components["schemas"]["Credential"][];
            description: string;
            enabled: boolean;
            environment: string;
            id: string;
            jwks_uri?: string;
            /** Format: date-time */
            last_authenticated: string | null;
            on_behalf_of: string;
            owner: string;
            plain_token_body: boolean;
            role: string;
            scopes: string[];
            token_endpoint_audience: boolean;
            type: string;
        };
        RegistrationChange: {
            access_token_alg?: string;
            /** Format: int64 */
            access_token_lifetime?: number;
            application?: string;
            cidrs?: string[];
            contact?: string;
            description?: string;
            enabled?: boolean;
            environment?: string;
            jwks_uri?: string;
            on_behalf_of?: string;
            owner?: string;
            plain_token_body?: boolean;
            role?: string;
            scopes?: string[];
            token_endpoint_audience?: boolean;
        };
        RegistrationType: {
            aliases?: string[];
            api_key?: components["schemas"]["TypeAPIKey"];
            caption: string;
            description: string;
            editable: boolean;
            help: string;
            id: string;
            panel: components["schemas"]["PanelField"][];
            role?: string;
            scopes: string[];
            snippets?: components["schemas"]["PanelSnippet"][];
            word: string;
        };
        "Remove-identityRequest": {
            subject: string;
            subject_kind: string;
        };
        RightsOfPerson: {
            /** @description Somebody who is not active may do nothing, whatever stands here */
            active: boolean;
            /** @description The default role first */
            roles: components["schemas"]["RightsOfRole"][];
        };
        RightsOfRole: {
            /** @description Administers the tenant */
            admin: boolean;
            /** @description The role of a sign-in that names none */
            default: boolean;
            /** @description The role and all it includes, directly or not */
            includes: string[];
            /** @description Objects on which there is a right */
            objects: components["schemas"]["RightsOnObject"][];
            /** @example ServiceDeskAnalyst */
            role: string;
        };
        RightsOnObject: {
            /** @enum {string} */
            create: "none" | "own" | "team" | "all";
            /** @enum {string} */
            delete: "none" | "own" | "team" | "all";
            /** @description Fields that are not there for the role */
            hidden?: string[];
            /** @example Incident */
            object: string;
            /**
             * @description Which records may be read
             * @enum {string}
             */
            read: "none" | "own" | "team" | "all";
            /** @description Fields that are shown and not written */
            read_only?: string[];
            /** @enum {string} */
            update: "none" | "own" | "team" | "all";
        };
        RoleDefinition: {
            /** @description Administers the tenant */
            admin?: boolean;
            description?: string;
            /** @description Roles whose rights this one has too */
            includes?: string[];
            /** @example Auditor */
            label?: string;
            /** @description By object, such as Incident or Task#Assignment; * stands for all that are not named */
            rights?: {
                [key: string]: components["schemas"]["RoleRight"];
            };
        };
        RoleDetail: {
            /** @description Administers the tenant */
            admin: boolean;
            /** @description Administers the tenant, by itself or by a role that it includes */
            administers: boolean;
            /** @description Came with the program */
            builtin: boolean;
            /** @description The role and all it includes, directly or not */
            closure: string[];
            description?: string;
            /** @description Cannot be changed */
            fixed: boolean;
            /** @description Roles that name this one in what they include */
            included_by: string[];
            /** @description Roles whose rights this one has too; * stands for all */
            includes: string[];
            /**
             * Format: int64
             * @description How many REST API keys act in it
             */
            keys: number;
            /** @example Service Desk Analyst */
            label?: string;
            /** @example ServiceDeskAnalyst */
            name: string;
            /**
             * Format: int64
             * @description How many people were given it
             */
            people: number;
            /**
             * Format: int64
             * @description How many app registrations act in it
             */
            registrations: number;
            /** @description By object; * stands for all that are not named */
            rights: {
                [key: string]: components["schemas"]["RoleRight"];
            };
        };
        RoleField: {
            /** @example Priority */
            label?: string;
            /** @example Priority */
            name: string;
        };
        RoleObject: {
            /**
             * @description The object it is an extension of: its rights count where this one has no entry
             * @example Task
             */
            extends?: string;
            /** @example Assignment */
            label?: string;
            /** @example Task#Assignment */
            object: string;
            /** @description Shows the records of other objects; nothing is written through it */
            view: boolean;
        };
        RoleObjectFields: {
            /**
             * @description The object it is an extension of: its rights count where this one has no entry
             * @example Task
             */
            extends?: string;
            /** @description By name */
            fields: components["schemas"]["RoleField"][];
            /** @example Assignment */
            label?: string;
            /** @example Task#Assignment */
            object: string;
            /** @description Shows the records of other objects; nothing is written through it */
            view: boolean;
        };
        RoleRight: {
            create?: boolean;
            delete?: boolean;
            /** @description Fields that are not there for the role */
            hidden?: string[];
            /**
             * @description Which records may be read; updating and deleting extend to these
             * @example team
             * @enum {string}
             */
            read?: "none" | "own" | "team" | "all";
            /** @description Fields that are shown and not written */
            read_only?: string[];
            update?: boolean;
        };
        RoleSummary: {
            /** @description Administers the tenant */
            admin: boolean;
            /** @description Administers the tenant, by itself or by a role that it includes */
            administers: boolean;
            /** @description Came with the program */
            builtin: boolean;
            description?: string;
            /** @description Cannot be changed */
            fixed: boolean;
            /** @description Roles whose rights this one has too; * stands for all */
            includes: string[];
            /** @example Service Desk Analyst */
            label?: string;
            /** @example ServiceDeskAnalyst */
            name: string;
            /**
             * Format: int64
             * @description How many people were given it
             */
            people: number;
        };
        "Rotate-saml-keyRequest": {
            /** @enum {string} */
            purpose: "signing" | "encryption";
        };
        "Rotate-signing-keyRequest": {
            /**
             * @description Algorithm it signs with
             * @default ES256
             * @enum {string}
             */
            alg: "ES256" | "EdDSA" | "RS256";
            /** @description It signs from this moment, without the day in which others learn of it */
            now?: boolean;
        };
        Rule: {
            claim: string;
            /** @description Its name in the audit trail; left out: one is given */
            id?: string;
            /** @enum {string} */
            operator: "equals" | "starts_with" | "in_list";
            org_unit?: string;
            role?: string;
            team?: string;
            /** @description One for equals and starts_with */
            values: string[];
        };
        SAMLKey: {
            /** Format: date-time */
            created_at: string;
            fingerprint: string;
            id: string;
            /** Format: date-time */
            not_after: string;
            /** @enum {string} */
            purpose: "signing" | "encryption";
            /**
             * Format: date-time
             * @description Another one has taken its place
             */
            retired_at?: string;
        };
        Scope: {
            api: string;
            help: string;
            name: string;
            reads: boolean;
        };
        SearchPreview: {
            /**
             * Format: int64
             * @description Records that the caller sees
             */
            count: number;
        };
        Session: {
            address: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ends_at: string;
            id: string;
            person: string;
            role: string;
            /** Format: date-time */
            seen_at: string;
            user_agent: string;
        };
        "Set-scim-group-roleRequest": {
            /** @description The role may be one that administers */
            may_grant_admin?: boolean;
            /**
             * @description In any case
             * @example ServiceDeskAnalyst
             */
            role: string;
        };
        Setting: {
            /**
             * @description Of a choice: the values there are
             * @example [
             *       "free"
             *     ]
             */
            choices?: string[];
            /**
             * @description In force where nobody changed it
             * @example free
             */
            default: string;
            /** @description What it does, for people */
            description: string;
            /**
             * @description The name before its first dot
             * @example odata
             */
            group: string;
            /** @enum {string} */
            kind: "choice" | "number" | "text";
            /**
             * Format: int64
             * @description Of a number: the largest
             */
            max?: number;
            /**
             * Format: int64
             * @description Of a text: how many bytes it may have
             */
            max_length?: number;
            /**
             * Format: int64
             * @description Of a number: the smallest
             */
            min?: number;
            /** @example odata.transitions */
            name: string;
            /** @description Of a text: the regular expression that it fits */
            pattern?: string;
            /** @description To change it takes a fresh proof of who asks */
            protected: boolean;
            /**
             * @description In force; numbers too are texts
             * @example free
             */
            value: string;
        };
        SigningKey: {
            /** Format: date-time */
            active_at: string;
            alg: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            gone_at: string | null;
            kid: string;
            /** Format: date-time */
            retire_at: string | null;
            state: string;
        };
        Step: {
            detail: string;
            name: string;
            result: string;
            /** Format: int64 */
            step: number;
        };
        Summary: {
            /**
             * Format: int64
             * @description Likewise of groups
             */
            groups: number;
            /**
             * Format: int64
             * @description How many were made or taken over by SCIM, and are still there
             */
            people: number;
            /**
             * @description What Microsoft Entra ID calls the Tenant URL
             * @example https://desk.example.com/scim/v2
             */
            tenant_url: string;
        };
        SystemAdministrator: {
            /** @description May sign in */
            active: boolean;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** @example olivia@example.com */
            email: string;
            /** @description One was set by the link */
            has_password: boolean;
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /**
             * Format: date-time
             * @description Within the last thirty days
             */
            last_sign_in_at?: string;
            /**
             * Format: date-time
             * @description Of an open link to set a password
             */
            link_ends_at?: string;
            /** @example olivia */
            login: string;
            /** @example Olivia Operator */
            name: string;
            /** @description There is one */
            second_factor: boolean;
            /** @description Whoever asks */
            self: boolean;
            /**
             * Format: int64
             * @description That have not ended
             */
            sessions: number;
        };
        SystemAdministratorChanges: {
            /** @description May sign in */
            active?: boolean;
            /** @example olivia@example.com */
            email?: string;
            /** @example Olivia Operator */
            name?: string;
        };
        SystemAdministratorSetup: {
            id: string;
            login: string;
            /**
             * Format: uri
             * @description For one use within 24 hours; shown once
             */
            setup_link: string;
        };
        SystemCounts: {
            /** Format: int64 */
            audit_entries: number;
            /**
             * Format: int64
             * @description Business objects
             */
            objects: number;
            /** Format: int64 */
            people: number;
            /** Format: int64 */
            roles: number;
            /** Format: int64 */
            teams: number;
        };
        SystemInfo: {
            /** @description What it was built from */
            commit?: string;
            counts: components["schemas"]["SystemCounts"];
            /**
             * @description Where the tenant's data is
             * @enum {string}
             */
            engine: "sqlite" | "postgres";
            /**
             * @description Version of Go it was built with
             * @example go1.26.0
             */
            go: string;
            /**
             * Format: date-time
             * @description The server's clock
             */
            now: string;
            /** Format: date-time */
            started_at: string;
            /**
             * Format: int64
             * @example 86400
             */
            uptime_seconds: number;
            /**
             * @description Version of the program
             * @example 0.2.0
             */
            version: string;
        };
        Team: {
            active: boolean;
            /** Format: date-time */
            changed_at: string;
            /** Format: date-time */
            created_at: string;
            description?: string;
            /** @example network@example.com */
            email?: string;
            external_reference?: string;
            /**
             * @description RecId
             * @example 0198A6A27D3E7A519D570B1D3C5F7A90
             */
            id: string;
            /**
             * @description Login of the team's manager
             * @example amiller
             */
            manager?: string;
            /** @example Network */
            name: string;
            /** @description Organisational unit */
            org_unit?: string;
            /** @description RecId of the unit */
            org_unit_id?: string;
            phone?: string;
        };
        TeamChanges: {
            active?: boolean;
            description?: string;
            /** @example network@example.com */
            email?: string;
            external_reference?: string;
            /**
             * @description Login of the team's manager; empty for none
             * @example amiller
             */
            manager?: string;
            /** @example Network and telephony */
            name?: string;
            /** @description RecId of the organisational unit; empty for none */
            org_unit_id?: string;
            phone?: string;
        };
        Tenant: {
            /**
             * @description Stands before every link
             * @example https://desk.example.com
             */
            base_url: string;
            /** Format: date-time */
            created_at: string;
            /** @description Holds made-up data, with credentials that were printed */
            demo: boolean;
            /**
             * @description Where its data is
             * @enum {string}
             */
            engine: "sqlite" | "postgres";
            /**
             * @description Host names under which it is reached; the first is the canonical one
             * @example [
             *       "desk.example.com"
             *     ]
             */
            hosts: string[];
            /**
             * Format: uuid
             * @example 0198a6a2-7d3e-7a51-9d57-0b1d3c5f7a90
             */
            id: string;
            /** @example acme */
            name: string;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        TenantChanges: {
            /**
             * @description Letters, digits, dots, dashes and underscores
             * @example acme
             */
            name?: string;
            /**
             * @description A suspended tenant is not served
             * @enum {string}
             */
            status?: "active" | "suspended";
        };
        TenantHost: {
            /**
             * @description Host name without scheme and port
             * @example help.example.com
             */
            host: string;
        };
        TenantLink: {
            /**
             * @description Login of an administrator of the tenant
             * @default admin
             * @example admin
             */
            login: string;
        };
        TenantSetup: {
            login: string;
            /**
             * Format: uri
             * @description For one use within 24 hours; shown once
             */
            setup_link: string;
        };
        TenantUsage: {
            /** Format: int64 */
            audit_entries: number;
            /**
             * Format: int64
             * @description What its database takes on disk, without attachments
             * @example 48234496
             */
            database_bytes: number;
            /**
             * Format: date-time
             * @description Of the newest entry of its audit trail; absent: none
             */
            last_activity_at?: string;
            /** Format: int64 */
            people: number;
            /**
             * Format: int64
             * @description Of all business objects
             */
            records: number;
        };
        Token: {
            /** Format: date-time */
            created_at: string;
            /** @description Login of who made it */
            created_by: string;
            expired: boolean;
            /**
             * Format: date-time
             * @description It does not count from then on; absent: it does not expire
             */
            expires_at?: string;
            /**
             * @description How it begins
             * @example pvs_p_3kTz
             */
            hint: string;
            id: string;
            /** @example Entra ID */
            label: string;
            /**
             * Format: date-time
             * @description Up to a minute late
             */
            last_used_at?: string;
            /** @description Address of that use */
            last_used_from?: string;
        };
        TypeAPIKey: {
            description: string;
            group: string;
        };
        "Update-keyRequest": {
            /** @description Whether it counts */
            enabled: boolean;
        };
        "Update-registration-credentialRequest": {
            /**
             * Format: date-time
             * @description When it ends
             */
            expires_at?: string;
            label?: string;
        };
        "Update-settingRequest": {
            /**
             * @description Numbers too are texts
             * @example enforce
             */
            value: string;
        };
        "Update-settingsRequest": {
            /** @description By the names of settings; those that are not named stay */
            values: {
                [key: string]: string;
            };
        };
    };
    responses: {
        /** @description What there is stands against it: a name that is taken, something that is in use, the last administrator. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller does not administer, the token lacks the scope, or another site sent the request. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The server failed; its log says why, under the request's id. */
        Internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request cannot be understood or breaks a rule; nothing was changed. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such thing. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It has been changed since it was read (If-Match). */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than 1 MiB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No credential, or one that does not count. */
        Unauthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The server or a database cannot answer now; Retry-After says when to try again. */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "list-audit-entries": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description RecId or login of who did it */
                actor?: string;
                /** @description Id of the credential it was done with: all that a key did */
                credential?: string;
                /** @description What was done; key.* stands for all of an object */
                action?: string;
                /** @description Type of what was touched */
                object?: string;
                /** @description RecId or id of what was touched */
                target?: string;
                /** @description Entries of then or later */
                from?: string;
                /** @description Entries before then */
                to?: string;
                /** @description What the label, the changes or the flags contain, in any case */
                text?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageAuditEntry"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "verify-audit-trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-audit-entry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the entry */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntry"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-browser-sessions": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Only those of the person with this RecId */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBrowserSession"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "end-browser-session": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the session */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-departments": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of the name */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePlace"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-groups": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of name or description */
                search?: string;
                /** @description Exactly this name, in any case */
                name?: string;
                /** @description Exactly this reference, in any case */
                external_reference?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageContactGroup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-group": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "All of Berlin"
                 *     }
                 */
                "application/json": components["schemas"]["NewContactGroup"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactGroup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the group */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactGroup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-group": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the record as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description RecId of the group */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-group": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the record as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description RecId of the group */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "All of Brandenburg"
                 *     }
                 */
                "application/json": components["schemas"]["ContactGroupChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactGroup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-group-members": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of name, login or e-mail address */
                search?: string;
            };
            header?: never;
            path: {
                /** @description RecId of the group */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePerson"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-group-member": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the group */
                id: string;
                /** @description RecId of the person */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-group-member": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the group */
                id: string;
                /** @description RecId of the person */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-identity-providers": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageProvider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-identity-provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity_id": "https://sts.windows.net/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/",
                 *       "name": "Microsoft Entra ID"
                 *     }
                 */
                "application/json": components["schemas"]["NewProvider"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-identity-provider": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "replace-identity-provider": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the provider as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entity_id": "https://sts.windows.net/0198a6a2-7d3e-4a51-9d57-0b1d3c5f7a90/",
                 *       "name": "Microsoft Entra ID"
                 *     }
                 */
                "application/json": components["schemas"]["ChangedProvider"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-identity-provider": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-sign-in-attempts": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageAttempt"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-identity-provider-certificate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "certificate": "text"
                 *     }
                 */
                "application/json": components["schemas"]["Add-identity-provider-certificateRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-identity-provider-certificate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
                /** @description SHA-256 of the certificate, hexadecimal */
                fingerprint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-identities": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageIdentity"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "register-identity": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "person": "amiller",
                 *       "subject": "text",
                 *       "subject_kind": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
                 *     }
                 */
                "application/json": components["schemas"]["Register-identityRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Identity"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-identity": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subject": "text",
                 *       "subject_kind": "text"
                 *     }
                 */
                "application/json": components["schemas"]["Remove-identityRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "import-identity-provider-metadata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["Import-identity-provider-metadataRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "refresh-identity-provider-metadata": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the identity provider */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "unlink-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-issuers": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageIssuer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-issuer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "audiences": [
                 *         "api://provost"
                 *       ],
                 *       "issuer": "https://login.example.com",
                 *       "kind": "entra",
                 *       "name": "Entra ID"
                 *     }
                 */
                "application/json": components["schemas"]["NewIssuer"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-issuer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-issuer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-issuer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["IssuerChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-issuer-links": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageLink"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "link-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "claim": "sub",
                 *       "person": "amiller",
                 *       "subject": "text"
                 *     }
                 */
                "application/json": components["schemas"]["NewLink"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "refresh-issuer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageKeys"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-key-groups": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageGroup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-key-group": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "cidrs": [
                 *         "192.0.2.0/24"
                 *       ],
                 *       "name": "Monitoring",
                 *       "roles": [
                 *         "ServiceDeskAnalyst"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["KeyGroupSpec"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-key-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "replace-key-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "cidrs": [
                 *         "192.0.2.0/24"
                 *       ],
                 *       "name": "Monitoring",
                 *       "roles": [
                 *         "ServiceDeskAnalyst"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["KeyGroupSpec"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-key-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-keys": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Only those of the group of this name */
                group?: string;
                /** @description Only those that act for the person with this RecId */
                on_behalf_of?: string;
                /** @description Only those that act in this role, in any case */
                role?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageKey"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "Centreon, Frankfurt",
                 *       "role": "ServiceDeskAnalyst"
                 *     }
                 */
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issued"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": true
                 *     }
                 */
                "application/json": components["schemas"]["Update-keyRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "rotate-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grace_seconds": 1
                 *     }
                 */
                "application/json": components["schemas"]["Grace"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issued"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePickListSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "AgencyKind",
                 *       "values": [
                 *         {
                 *           "value": "Recruiting"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PickList"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickListDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description In any case */
                list: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickListDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "replace-list": {
        parameters: {
            query?: {
                /** @description Remove values although records hold them */
                force?: boolean;
            };
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description In any case */
                list: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "AgencyKind",
                 *       "values": [
                 *         {
                 *           "value": "Recruiting"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PickList"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickListDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-list": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description In any case */
                list: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-list-usage": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description In any case */
                list: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PickListUsage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-locations": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of the name */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePlace"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailServer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "set-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from": "Service Desk <desk@example.com>",
                 *       "host": "smtp.example.com",
                 *       "port": 587,
                 *       "security": "starttls"
                 *     }
                 */
                "application/json": components["schemas"]["MailServerSpecBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailServer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOutboxItem"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "drop-outbox": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the e-mail in the outbox */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "retry-outbox": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the e-mail in the outbox */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "test-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "to": "ann@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["MailTestBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailTestResult"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageObjectSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-object": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Agency",
                 *       "object": "Agency#",
                 *       "plural": "Agencies",
                 *       "title": "Name"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectDefinition"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "apply-objects": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["DefinitionFile"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionOutcome"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "validate-objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["DefinitionFile"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionPreview"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-object": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "replace-object": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Agency",
                 *       "object": "Agency#",
                 *       "plural": "Agencies",
                 *       "title": "Name"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectDefinition"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-object": {
        parameters: {
            query?: {
                /** @description The object's name, such as Agency or Agency# */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-object": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Agency",
                 *       "plural": "Agencies"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "put-action": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case; of searches and actions with spaces or underscores */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "End Agency"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectAction"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-action": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case; of searches and actions with spaces or underscores */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-field": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Project code",
                 *       "name": "acme_ProjectCode"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectField"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-field": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case */
                field: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-field": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case */
                field: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Project"
                 *     }
                 */
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-priority-rule": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "put-relationship": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case; of searches and actions with spaces or underscores */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "AgencyAssociatesCI",
                 *       "target": "CI#"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectRelationship"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-relationship": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case; of searches and actions with spaces or underscores */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "preview-search": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": "Status eq 'Active'"
                 *     }
                 */
                "application/json": components["schemas"]["Preview-searchRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPreview"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "put-search": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case; of searches and actions with spaces or underscores */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": "Owner eq '$Me'",
                 *       "name": "My Agencies"
                 *     }
                 */
                "application/json": components["schemas"]["ObjectSearch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-search": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
                /** @description In any case; of searches and actions with spaces or underscores */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-status-rule": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the definition as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description Technical name; a # in it is %23, one at its end may be left out */
                object: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-org-units": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of the name */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePlace"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-people": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of name, login or e-mail address */
                search?: string;
                /** @description Exactly this login, in any case */
                login?: string;
                /** @description Exactly this address, in any case */
                email?: string;
                /** @description Name of the team, in any case */
                team?: string;
                /** @description Status of the person */
                status?: "Active" | "New" | "On Leave" | "Terminated";
                /** @description Only those who may sign in, or who may not */
                active?: "true" | "false";
                /** @description Only those who hold this role, in any case; not those to whom another role gives it */
                role?: string;
                /** @description Only break-glass administrators, or the others */
                break_glass?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePerson"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-person": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "anna.miller@example.com",
                 *       "first_name": "Anna",
                 *       "last_name": "Miller",
                 *       "login": "amiller",
                 *       "role": "ServiceDeskAnalyst"
                 *     }
                 */
                "application/json": components["schemas"]["NewPersonBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonSetup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-person": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the record as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-person": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the record as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "anna.miller@example.com",
                 *       "first_name": "Anna",
                 *       "last_name": "Miller"
                 *     }
                 */
                "application/json": components["schemas"]["PersonChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "activate-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "set-break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "end-browser-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "deactivate-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-factors": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactorsOfPerson"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "reset-factors": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-groups-of-person": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageContactGroup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "invite-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "ask-rights-of-person": {
        parameters: {
            query: {
                /** @description Name of the object, or of its set, in any case */
                object: string;
                act: "read" | "create" | "update" | "delete";
                /** @description RecId or number of a record; left out: about the object at large */
                record?: string;
            };
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MayAnswer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-rights-of-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RightsOfPerson"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-roles-of-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageHeldRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "grant-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
                /** @description Name of the role, in any case */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["GrantBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageHeldRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "revoke-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
                /** @description Name of the role, in any case */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageHeldRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-setup-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonSetup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-teams-of-person": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the person */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageTeam"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-registration-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageRegistrationType"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-registrations": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Only those of the type with this id */
                type?: string;
                /** @description What application, description or client id contain, in any case */
                search?: string;
                /** @description Only those that act for the person with this RecId */
                on_behalf_of?: string;
                /** @description Only those that act in this role, in any case */
                role?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageRegistration"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "CSM in Frankfurt",
                 *       "environment": "production",
                 *       "scopes": [
                 *         "data.read"
                 *       ],
                 *       "type": "csm"
                 *     }
                 */
                "application/json": components["schemas"]["NewRegistration"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedRegistration"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-registration": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registration"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-registration": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-registration": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["RegistrationChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registration"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-registration-credential": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
                /** @description Id of the credential */
                credential: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["Update-registration-credentialRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-registration-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "jwk": "text"
                 *     }
                 */
                "application/json": components["schemas"]["Add-registration-keyRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageCredential"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "revoke-registration-key": {
        parameters: {
            query?: {
                /** @description The client id, to revoke the last credential that works */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @description Its id */
                id: string;
                /** @description Id of the credential */
                credential: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-registration-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["NewSecret"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedSecret"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "revoke-registration-secret": {
        parameters: {
            query?: {
                /** @description The client id, to revoke the last credential that works */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @description Its id */
                id: string;
                /** @description Id of the credential */
                credential: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "revoke-registration-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-role-objects": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageRoleObject"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-role-object": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the object, in any case */
                object: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleObjectFields"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-roles": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageRoleSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the role, in any case */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "put-role": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the role as it was read: another one is refused */
                "If-Match"?: string;
                /** @description Make the role, and replace none */
                "If-None-Match"?: "*";
            };
            path: {
                /** @description Name of the role, in any case */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Auditor"
                 *     }
                 */
                "application/json": components["schemas"]["RoleDefinition"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleDetail"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the role, in any case */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "preview-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the role, in any case */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Auditor"
                 *     }
                 */
                "application/json": components["schemas"]["RoleDefinition"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RightsOfRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-rights-of-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the role, in any case */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RightsOfRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "rotate-saml-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "purpose": "signing"
                 *     }
                 */
                "application/json": components["schemas"]["Rotate-saml-keyRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SAMLKey"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-saml-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-scim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-scim-groups": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageGroupWithRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "set-scim-group-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the group */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "ServiceDeskAnalyst"
                 *     }
                 */
                "application/json": components["schemas"]["Set-scim-group-roleRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupWithRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "clear-scim-group-role": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the group */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupWithRole"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-scim-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "set-scim-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "removed": "keep"
                 *     }
                 */
                "application/json": components["schemas"]["Policy"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-scim-tokens": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageToken"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-scim-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expires_in_days": 365,
                 *       "label": "Entra ID"
                 *     }
                 */
                "application/json": components["schemas"]["Create-scim-tokenRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-scim-token": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageScope"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-sessions": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Only those of the person with this RecId */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageSession"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "end-session": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageSetting"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "values": {}
                 *     }
                 */
                "application/json": components["schemas"]["Update-settingsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageSetting"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-setting": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the setting */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-setting": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the setting */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": "enforce"
                 *     }
                 */
                "application/json": components["schemas"]["Update-settingRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-signing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageSigningKey"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "rotate-signing-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "alg": "ES256"
                 *     }
                 */
                "application/json": components["schemas"]["Rotate-signing-keyRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "drop-signing-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Thumbprint of the key */
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-single-sign-on": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ours"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-stray-attempts": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageAttempt"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-sso-domains": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageDomain"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-sso-domain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "domain": "example.com"
                 *     }
                 */
                "application/json": components["schemas"]["Add-sso-domainRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "assign-sso-domain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "identity_provider_id": "text"
                 *     }
                 */
                "application/json": components["schemas"]["Assign-sso-domainRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-sso-domain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "verify-sso-domain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                domain: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Domain"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemInfo"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-system-administrators": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageSystemAdministrator"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-system-administrator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "olivia@example.com",
                 *       "login": "olivia",
                 *       "name": "Olivia Operator"
                 *     }
                 */
                "application/json": components["schemas"]["NewSystemAdministrator"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemAdministratorSetup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-system-administrator": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the system administrator */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemAdministrator"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-system-administrator": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the system administrator */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-system-administrator": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the system administrator */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "olivia@example.com",
                 *       "name": "Olivia Operator"
                 *     }
                 */
                "application/json": components["schemas"]["SystemAdministratorChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemAdministrator"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "reset-system-administrator-factors": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the system administrator */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "end-system-administrator-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the system administrator */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-system-administrator-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the system administrator */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemAdministratorSetup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-teams": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description Words of name or e-mail address */
                search?: string;
                /** @description Exactly this name, in any case */
                name?: string;
                /** @description Only active teams, or only others */
                active?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageTeam"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "network@example.com",
                 *       "manager": "amiller",
                 *       "name": "Network"
                 *     }
                 */
                "application/json": components["schemas"]["NewTeamBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-team": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the team */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-team": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the record as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description RecId of the team */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-team": {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tag of the record as it was read: another one is refused */
                "If-Match"?: string;
            };
            path: {
                /** @description RecId of the team */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "network@example.com",
                 *       "manager": "amiller",
                 *       "name": "Network and telephony"
                 *     }
                 */
                "application/json": components["schemas"]["TeamChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-members": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description RecId of the team */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePerson"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-member": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the team */
                id: string;
                /** @description RecId of the person */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-member": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description RecId of the team */
                id: string;
                /** @description RecId of the person */
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-own-tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "list-tenants": {
        parameters: {
            query?: {
                /** @description How many items at most */
                limit?: number;
                /** @description Where to go on: next of the page before */
                cursor?: string;
                /** @description What the name or a host name contains, in any case */
                search?: string;
                /** @description Only those */
                status?: "active" | "suspended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageTenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-tenant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "base_url": "https://desk.example.com",
                 *       "hosts": [
                 *         "desk.example.com"
                 *       ],
                 *       "name": "acme"
                 *     }
                 */
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedTenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-tenant": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "delete-tenant": {
        parameters: {
            query: {
                /** @description Name of the tenant, once more: there is no way back but a backup */
                confirm: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "update-tenant": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "acme"
                 *     }
                 */
                "application/json": components["schemas"]["TenantChanges"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "set-canonical-host": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "host": "help.example.com"
                 *     }
                 */
                "application/json": components["schemas"]["TenantHost"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "add-tenant-host": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "host": "help.example.com"
                 *     }
                 */
                "application/json": components["schemas"]["TenantHost"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "remove-tenant-host": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
                /** @description Host name */
                host: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "create-tenant-setup-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "admin"
                 *     }
                 */
                "application/json": components["schemas"]["TenantLink"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantSetup"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "get-tenant-usage": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the tenant */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantUsage"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    "inspect-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "text"
                 *     }
                 */
                "application/json": components["schemas"]["Inspect-tokenRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageStep"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
}
