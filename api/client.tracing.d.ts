// @lutra/client/tracing

export {
    tracing,
};

// middleware/tracing
declare function tracing(options?: TracingOptions): Middleware;
