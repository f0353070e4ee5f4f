package gallery.notaplugin;

public class NotAPlugin {}
