throw new Error("@sentc-ts/server-helpers holds the app's secret token and must not be bundled for a browser.");
