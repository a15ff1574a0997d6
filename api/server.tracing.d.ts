// @lutra/server/tracing

export {
    tracing,
};

// middleware/tracing
declare function tracing(options?: TracingOptions): Middleware;
